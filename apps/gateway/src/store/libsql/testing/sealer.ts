import type { EncryptionKey } from '../../../domain/keys/encryption-keys.ts'
import type { Sealer } from '../../sealing.ts'
import { createBrokerIdentity } from '../broker-identity.ts'

/** What says which keys a test's broker has. */
export interface TestKeys {
  /** The client secret, and the previous one where there is one. */
  readonly secrets?: readonly [current: string, previous?: string]
  readonly encryptionKeys?: readonly EncryptionKey[]
}

/** Makes the sealer of a broker whose client secret is `client secret`, unless it is told otherwise. */
export async function createTestSealer({ secrets = ['client secret'], encryptionKeys = [] }: TestKeys = {}): Promise<Sealer> {
  const [forgejoClientSecret, previousForgejoClientSecret] = secrets
  const { sealer } = await createBrokerIdentity({
    forgejoUrl: '',
    forgejoClientId: '',
    forgejoClientSecret,
    previousForgejoClientSecret,
    encryptionKeys,
  })
  return sealer
}

/** A key of the operator's own that is the same each time. */
export function makeKey(name: string, byte = name.length): EncryptionKey {
  return { name, bytes: new Uint8Array(32).fill(byte) }
}
