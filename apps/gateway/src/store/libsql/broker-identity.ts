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
 * @param previousForgejoClientSecret The secret before this one, while tokens may be sealed with the key that is made of it.
 * @param encryptionKeys The operator's own keys, of which the first encrypts; where there are none, the key of the client secret does.
 */
export async function createBrokerIdentity({
  forgejoUrl,
  forgejoClientId,
  forgejoClientSecret,
  previousForgejoClientSecret,
  encryptionKeys,
}: {
  readonly forgejoUrl: string
  readonly forgejoClientId: string
  readonly forgejoClientSecret: string
  readonly previousForgejoClientSecret: string | undefined
  readonly encryptionKeys: readonly EncryptionKey[]
}): Promise<BrokerIdentity> {
  const current: KeyMaterial = { name: clientSecretName, secret: forgejoClientSecret }
  const isChanged = previousForgejoClientSecret !== undefined && previousForgejoClientSecret !== forgejoClientSecret
  const previous: readonly KeyMaterial[] = isChanged ? [{ name: previousClientSecretName, secret: previousForgejoClientSecret }] : []
  const [first, ...others] = encryptionKeys
  const materials: readonly [KeyMaterial, ...KeyMaterial[]] =
    first === undefined ? [current, ...previous] : [first, ...others, current, ...previous]
  return { forgejoOrigin: forgejoUrl, oauthClientId: forgejoClientId, sealer: await createSealer(materials) }
}
