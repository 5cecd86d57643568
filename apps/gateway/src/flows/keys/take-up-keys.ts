import { describeError } from '@fjmcp-broker/shared/describe-error'
import { StoreFailure } from '../../store/store.ts'
import { reencrypt, type ReencryptionDependencies } from './re-encrypt.ts'

/**
 * After a start: makes known that another key encrypts now, where that is so, and seals with it what is sealed with former ones. To be done
 * beside the requests, which all keys are open for meanwhile. Never rejects.
 *
 * @param stopping Ends it; the next start goes on.
 */
export async function takeUpKeys(deps: ReencryptionDependencies & { readonly stopping: AbortSignal }): Promise<void> {
  const { store, log, record, stopping } = deps
  const [{ id: keyId, name: keyName }] = store.keys.loaded
  try {
    const formerKeyId = await store.keys.recordedId()
    if (formerKeyId !== keyId) {
      await record({ type: 'keys_changed', details: { keyId, keyName, formerKeyId: formerKeyId ?? null } })
      await store.keys.recordEncrypting()
    }
    const uses = await store.keys.uses()
    if (uses.some((use) => use.keyId !== keyId)) await reencrypt(deps, { stopping })
  } catch (error) {
    log.error('credentials_not_resealed', {
      keyId,
      keyName,
      ...(error instanceof StoreFailure ? { reason: error.message } : describeError(error)),
    })
  }
}
