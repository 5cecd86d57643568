import type { GatewayDependencies } from '../../dependencies.ts'
import type { RecordEvent } from '../../domain/audit/audit-event.ts'

/** How far a re-encryption is, in users' credentials. */
export interface Reencryption {
  readonly total: number
  readonly checked: number
  /** Sealed anew: the others had the right key already, or were renewed meanwhile. */
  readonly resealed: number
  /** Those that no key opens: their users sign in again. */
  readonly damaged: number
}

export type ReencryptionDependencies = Pick<GatewayDependencies, 'store'> & { readonly record: RecordEvent }

/** Small enough that no request waits for more than some milliseconds. */
const batchSize = 20

/**
 * Seals every credential with the key that encrypts now, part by part, while the broker goes on. It may be stopped after any part and be
 * done again, also twice at once: what has the right key stays as it is, and so does what somebody else changes meanwhile.
 *
 * @param stopping Ends it after the part under way.
 * @param onProgress Told after each part.
 */
export async function reencrypt(
  { store, record }: ReencryptionDependencies,
  { stopping, onProgress = () => {} }: { readonly stopping: AbortSignal; readonly onProgress?: (progress: Reencryption) => void },
): Promise<Reencryption & { readonly isComplete: boolean }> {
  const [{ id: keyId, name: keyName }] = store.keys.loaded
  let progress: Reencryption = { total: await store.keys.count(), checked: 0, resealed: 0, damaged: 0 }
  let isComplete = false
  let after: string | undefined
  try {
    while (!isComplete && !stopping.aborted) {
      const part = await store.keys.resealNext({ after, limit: batchSize })
      progress = add(progress, part)
      after = part.last
      isComplete = part.checked < batchSize
      onProgress(progress)
      await letOthersIn()
    }
    return { ...progress, isComplete }
  } finally {
    const { resealed, damaged } = progress
    if (resealed + damaged > 0) record({ type: 'keys_changed', details: { keyId, keyName, resealed, damaged, isComplete } })
  }
}

function add(
  { total, ...before }: Reencryption,
  part: { readonly checked: number; readonly resealed: number; readonly damaged: number },
): Reencryption {
  const checked = before.checked + part.checked
  return {
    // Somebody may sign in for the first time meanwhile.
    total: Math.max(total, checked),
    checked,
    resealed: before.resealed + part.resealed,
    damaged: before.damaged + part.damaged,
  }
}

/** The database answers without a turn of the event loop, so requests would wait for the end. */
async function letOthersIn(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  setTimeout(resolve, 0)
  await promise
}
