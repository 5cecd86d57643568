import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { ok, type Result } from '@fjmcp-broker/shared/result'
import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'
import type { GatewayDependencies } from '../../dependencies.ts'
import { parseSessionRequest, type RelayedRequest, type RequestRejection } from '../../domain/mcp/session-request.ts'
import { checkResourceRead, checkToolCall, type PolicyRejection } from '../../domain/policy/check-request.ts'
import type { ChildCatalogueMemory } from '../../memory/child-catalogue.ts'
import type { LiveSessions } from '../../memory/live-sessions.ts'
import type { SessionDescriptions } from '../../memory/session-descriptions.ts'
import type { Session } from '../../store/session-store.ts'
import { answerList } from './answer-list.ts'
import { type RelayedCall, relayMessage, type RelayRejection } from './relay-message.ts'
import { setLogLevel } from './set-log-level.ts'

export type RequestRefusal = RequestRejection | PolicyRejection | RelayRejection

/** Answered here, or under way in the runner. */
export type StartedRequest =
  /** With the result in JSON. */
  { readonly kind: 'answered'; readonly resultJson: string } | { readonly kind: 'relayed'; readonly call: RelayedCall }

/** Starts one request of a session: what the broker knows itself it answers, what is known and allowed goes to the child. */
export async function startRequest(
  deps: Pick<GatewayDependencies, 'runner' | 'secrets'> & {
    readonly sessions: LiveSessions
    readonly descriptions: SessionDescriptions
    readonly catalogue: ChildCatalogueMemory
  },
  { session, accessLevel, request, signal }: RequestInSession,
): Promise<Result<StartedRequest, RequestRefusal>> {
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
      if (!allowed.ok) return allowed
      const call = await relayMessage(deps, { session, accessLevel, message: parsed.value.message, signal })
      return call.ok ? ok({ kind: 'relayed', call: call.value }) : call
    }
  }
}

interface RequestInSession {
  readonly session: Session
  readonly accessLevel: AccessLevel
  readonly request: JSONRPCRequest
  /** Ends the reading of the answer, never the request. */
  readonly signal: AbortSignal
}

function answered(result: Result<string, RequestRefusal>): Result<StartedRequest, RequestRefusal> {
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
