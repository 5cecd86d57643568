import type { Log } from '@fjmcp-broker/shared/log'
import { describeFailure } from '../describe-failure.ts'
import { StoreFailure } from '../store/store.ts'
import type { Refusal } from './refuse.ts'

/** Logs why a question of the operator's command could not be answered, and says it to whoever asked. */
export function questionFailed(log: Log, { path, error }: { readonly path: string; readonly error: unknown }): Refusal {
  log.error('admin_question_failed', { path, ...describeFailure(error) })
  if (error instanceof StoreFailure) return { status: 503, reason: 'store_failed', message: `The database failed: ${error.message}` }
  return { status: 500, reason: 'unexpected', message: 'The broker failed on this; its log says why (admin_question_failed).' }
}
