import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { ok, type Result } from '@fjmcp-broker/shared/result'
import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'
import { parseSessionRequest, type RelayedRequest, type RequestRejection } from '../../domain/mcp/session-request.ts'
import { checkResourceRead, checkToolCall, type PolicyRejection } from '../../domain/policy/check-request.ts'
import type { ChildCatalogueMemory } from '../../memory/child-catalogue.ts'
import type { LiveSessions } from '../../memory/live-sessions.ts'
import type { SessionDescriptions } from '../../memory/session-descriptions.ts'
import type { Session } from '../../store/session-store.ts'
import { answerList } from './answer-list.ts'
import type { RelayRejection } from './relay-message.ts'
import { setLogLevel } from './set-log-level.ts'

export type RequestRefusal = RequestRejection | PolicyRejection | RelayRejection

/** What becomes of a request that is in order. */
export type JudgedRequest =
  /** With the result in JSON. */
  | { readonly kind: 'answered'; readonly resultJson: string }
  /** For the child, and allowed. */
  | { readonly kind: 'call'; readonly message: JSONRPCRequest }

/** Answers one request of a session where the broker knows the answer itself; what is known and allowed is for the child. */
export async function judgeRequest(
  deps: { readonly sessions: LiveSessions; readonly descriptions: SessionDescriptions; readonly catalogue: ChildCatalogueMemory },
  { session, accessLevel, request }: RequestInSession,
): Promise<Result<JudgedRequest, RequestRefusal>> {
  const parsed = parseSessionRequest(request)
  if (!parsed.ok) return parsed
  switch (parsed.value.kind) {
    case 'ping':
      return answered(ok('{}'))
    case 'list':
      return answered(await answerList(deps, { ...parsed.value, accessLevel }))
    case 'set_log_level':
      await setLogLevel(deps, { session, accessLevel, level: parsed.value.level })
      return answered(ok('{}'))
    case 'call_tool':
    case 'read_resource':
    case 'other': {
      const allowed = checkPolicy(parsed.value, accessLevel)
      return allowed.ok ? ok({ kind: 'call', message: parsed.value.message }) : allowed
    }
  }
}

interface RequestInSession {
  readonly session: Session
  readonly accessLevel: AccessLevel
  readonly request: JSONRPCRequest
}

function answered(result: Result<string, RequestRefusal>): Result<JudgedRequest, RequestRefusal> {
  return result.ok ? ok({ kind: 'answered', resultJson: result.value }) : result
}

function checkPolicy(request: RelayedRequest, accessLevel: AccessLevel): Result<undefined, PolicyRejection> {
  switch (request.kind) {
    case 'call_tool':
      return checkToolCall(request.tool, accessLevel)
    case 'read_resource':
      return checkResourceRead(request.uri, accessLevel)
    case 'other':
      return ok(undefined)
  }
}
