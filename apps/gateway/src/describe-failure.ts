import { describeError } from '@fjmcp-broker/shared/describe-error'
import { RunnerUnavailable } from '@fjmcp-broker/shared/runner/runner'
import { StoreFailure } from './store/store.ts'

/** What a log may hold of whatever went wrong: of store and runner their own words, which quote nothing, else name and place of the error. */
export function describeFailure(error: unknown): { readonly reason: string; readonly stack?: string } {
  const isOurs = error instanceof StoreFailure || error instanceof RunnerUnavailable
  return isOurs ? { reason: error.message } : describeError(error)
}
