import { err, type Result } from '@fjmcp-broker/shared/result'
import type { ForgejoFailure } from './forgejo.ts'

/** Forgejo is not there, or not able to answer. `detail` is for the log. */
export function unavailable(detail: string): Result<never, ForgejoFailure> {
  return err({ reason: 'unavailable', detail })
}

/** Forgejo, or what stands in its place, gave an answer that makes no sense. `detail` is for the log. */
export function notUnderstood(detail: string): Result<never, ForgejoFailure> {
  return err({ reason: 'not_understood', detail })
}

/**
 * A request that `fetch` could not finish, by the code of what went wrong, which `fetch` hides in a cause, or else by its name. Never by a
 * message: some quote what was sent, and that may be a token.
 */
export function fetchFailure(error: unknown): Result<never, ForgejoFailure> {
  return unavailable(findCode(error) ?? (error instanceof Error ? error.name : 'failed'))
}

function findCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  return 'code' in error && typeof error.code === 'string' ? error.code : findCode(error.cause)
}
