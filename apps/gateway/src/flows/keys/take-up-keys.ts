import type { GatewayDependencies } from '../../dependencies.ts'
import { describeFailure } from '../../describe-failure.ts'
import { reencrypt, type ReencryptionDependencies } from './re-encrypt.ts'

/**
 * After a start: makes known that another key encrypts now, where that is so, and seals with it what is sealed with former ones. To be done
 * beside the requests, for which all keys are there meanwhile. Never rejects.
 *
 * @param stopping Ends it; the next start goes on.
 */
export async function takeUpKeys(
  deps: ReencryptionDependencies & Pick<GatewayDependencies, 'log'> & { readonly stopping: AbortSignal },
): Promise<void> {
  const { store, log, record, stopping } = deps
  const [{ id: keyId, name: keyName }] = store.keys.loaded
  try {
    const formerKeyId = await store.keys.recordedId()
    const isChanged = formerKeyId !== keyId
    if (isChanged) {
      // By then it may not be loaded any more, when somebody looks for the name.
      const formerKeyName = store.keys.loaded.find(({ id }) => id === formerKeyId)?.name
      const former = { formerKeyId: formerKeyId ?? null, ...(formerKeyName === undefined ? {} : { formerKeyName }) }
      record({ type: 'keys_changed', details: { keyId, keyName, ...former } })
      await store.keys.recordEncrypting()
    }
    const { isComplete, resealed, damaged } = await reencrypt(deps, { stopping })
    if (isComplete && (isChanged || resealed + damaged > 0)) log.info('credentials_resealed', { keyId, keyName, count: resealed, damaged })
  } catch (error) {
    log.error('credentials_not_resealed', { keyId, keyName, ...describeFailure(error) })
  }
}
