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
 * A request that `fetch` could not finish, by the code of what went wrong, or else by the name of its innermost cause: `fetch` hides it there.
 * Never by a message: some quote what was sent, and that may be a token.
 */
export function fetchFailure(error: unknown): Result<never, ForgejoFailure> {
  return unavailable(nameFailure(error))
}

function nameFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'failed'
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.cause instanceof Error ? nameFailure(error.cause) : error.name
}
