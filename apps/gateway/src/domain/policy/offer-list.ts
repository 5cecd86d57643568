import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import type { ListMethod } from '@fjmcp-broker/shared/runner/runner'
import { offerTools } from './offer-tools.ts'

/** The result of a list as far as a grant may see it. Only tools have levels: what else is listed says nothing that a level hides. */
export function offerList({
  method,
  result,
  accessLevel,
}: {
  readonly method: ListMethod
  readonly result: Readonly<Record<string, unknown>>
  readonly accessLevel: AccessLevel
}): Readonly<Record<string, unknown>> {
  return method === 'tools/list' ? offerTools(result, accessLevel) : result
}
