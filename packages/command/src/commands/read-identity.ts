import { gatewayEnvironment } from '@fjmcp-broker/gateway/config'
import { type BrokerIdentity, createBrokerIdentity } from '@fjmcp-broker/gateway/store/libsql/broker-identity'
import { type Environment, parseEnvironment } from '@fjmcp-broker/shared/env'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { ReadSecretFile } from '@fjmcp-broker/shared/secret-file'
import type { Failure } from '../reply.ts'
import { wrongSettings } from './wrong-settings.ts'

/** What says whose database it is, and what opens it. */
const identitySchema = gatewayEnvironment.pick({
  FORGEJO_URL: true,
  FORGEJO_OAUTH_CLIENT_ID: true,
  FORGEJO_OAUTH_CLIENT_SECRET: true,
  FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS: true,
  FJMCP_BROKER_ENCRYPTION_KEYS: true,
})

/** Tells whose database a broker with these settings uses, and which keys it has. The other settings may be missing. */
export async function readIdentity(environment: Environment, readSecretFile: ReadSecretFile): Promise<Result<BrokerIdentity, Failure>> {
  const settings = parseEnvironment({ schema: identitySchema, environment, readSecretFile })
  if (!settings.ok) return err(wrongSettings(settings.error))
  const identity = await createBrokerIdentity({
    forgejoUrl: settings.value.FORGEJO_URL,
    forgejoClientId: settings.value.FORGEJO_OAUTH_CLIENT_ID,
    forgejoClientSecret: settings.value.FORGEJO_OAUTH_CLIENT_SECRET,
    previousForgejoClientSecret: settings.value.FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS,
    encryptionKeys: settings.value.FJMCP_BROKER_ENCRYPTION_KEYS,
  })
  return ok(identity)
}
