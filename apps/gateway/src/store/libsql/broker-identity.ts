import type { EncryptionKey } from '../../domain/keys/encryption-keys.ts'
import { clientSecretName, previousClientSecretName } from '../../domain/keys/key-report.ts'
import { createSealer, type KeyMaterial, type Sealer } from '../sealing.ts'

/** Which Forgejo, which application there and which keys a broker is set up with. */
export interface BrokerIdentity {
  /** The Forgejo whose users these are, as the operator set it. */
  readonly forgejoOrigin: string
  /** The client id of the OAuth2 application there. */
  readonly oauthClientId: string
  readonly sealer: Sealer
}

/**
 * Tells from the settings whose database a broker uses.
 *
 * @param previousClientSecret The secret before this one, while tokens may be sealed with the key that is made of it.
 * @param encryptionKeys The operator's own keys, of which the first encrypts; where there are none, the key of the client secret does.
 */
export async function createBrokerIdentity({
  forgejoUrl,
  clientId,
  clientSecret,
  previousClientSecret,
  encryptionKeys,
}: {
  readonly forgejoUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly previousClientSecret: string | undefined
  readonly encryptionKeys: readonly EncryptionKey[]
}): Promise<BrokerIdentity> {
  const current: KeyMaterial = { name: clientSecretName, secret: clientSecret }
  const isChanged = previousClientSecret !== undefined && previousClientSecret !== clientSecret
  const previous: readonly KeyMaterial[] = isChanged ? [{ name: previousClientSecretName, secret: previousClientSecret }] : []
  const [first, ...others] = encryptionKeys
  const materials: readonly [KeyMaterial, ...KeyMaterial[]] =
    first === undefined ? [current, ...previous] : [first, ...others, current, ...previous]
  return { forgejoOrigin: forgejoUrl, oauthClientId: clientId, sealer: await createSealer(materials) }
}
