import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { ChildFailure, ListMethod } from '@fjmcp-broker/shared/runner/runner'
import type { RequestRejection } from '../../domain/mcp/session-request.ts'
import type { ChildCatalogueMemory } from '../../memory/child-catalogue.ts'

/**
 * Answers a list with all that the grant may see of it, in JSON: there is one page. So no cursor was ever given, and none is taken but the
 * empty one, which some clients begin with. A method that the child program lacks is unknown here too.
 */
export async function answerList(
  { catalogue }: { readonly catalogue: ChildCatalogueMemory },
  { method, cursor, accessLevel }: { readonly method: ListMethod; readonly cursor: string | undefined; readonly accessLevel: AccessLevel },
): Promise<Result<string, ChildFailure | RequestRejection>> {
  const known = await catalogue.get()
  if (!known.ok) return known
  const list = known.value.list(method, accessLevel)
  if (list === undefined) return err({ reason: 'unknown_method', method })
  if (cursor !== undefined && cursor !== '')
    return err({ reason: 'invalid_params', detail: 'params.cursor: is none that this server gave' })
  return ok(list)
}
