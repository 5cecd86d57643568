import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { ok, type Result } from '@fjmcp-broker/shared/result'
import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'
import type { GatewayDependencies } from '../../dependencies.ts'
import { parseRelayedRequest, type RelayedRequest, type RequestRejection } from '../../domain/mcp/relayed-request.ts'
import { checkResourceRead, checkToolCall, type PolicyRejection } from '../../domain/policy/check-request.ts'
import type { Session } from '../../store/session-store.ts'
import type { LiveSessions } from '../../memory/live-sessions.ts'
import { offerCall } from './offer-call.ts'
import { type RelayedCall, relayMessage, type RelayRejection } from './relay-message.ts'
import type { SessionDescriptions } from '../../memory/session-descriptions.ts'

export type RequestRefusal = RequestRejection | PolicyRejection | RelayRejection

/** Answered here, or under way in the runner. */
export type StartedRequest =
  | { readonly kind: 'answered'; readonly result: Record<string, unknown> }
  | { readonly kind: 'relayed'; readonly call: RelayedCall }

/**
 * Starts one request of a session: what the broker knows itself it answers, what is known and allowed goes to the child. Of what comes back
 * nothing is left but what the grant may see.
 */
export async function startRequest(
  deps: Pick<GatewayDependencies, 'runner' | 'secrets'> & { readonly sessions: LiveSessions; readonly descriptions: SessionDescriptions },
  { session, accessLevel, request, signal }: SessionRequest,
): Promise<Result<StartedRequest, RequestRefusal>> {
  if (request.method === 'ping') return ok({ kind: 'answered', result: {} })
  const parsed = parseRelayedRequest(request)
  if (!parsed.ok) return parsed
  const allowed = checkPolicy(parsed.value, accessLevel)
  if (!allowed.ok) return allowed
  const { message } = parsed.value
  const current = parsed.value.kind === 'set_log_level' ? await deps.sessions.setLogLevel(session, parsed.value.level) : session
  const call = await relayMessage(deps, { session: current, accessLevel, message, signal })
  return call.ok ? ok({ kind: 'relayed', call: offerCall(call.value, accessLevel) }) : call
}

interface SessionRequest {
  readonly session: Session
  readonly accessLevel: AccessLevel
  readonly request: JSONRPCRequest
  /** Ends the reading of the answer, never the request. */
  readonly signal: AbortSignal
}

function checkPolicy(request: RelayedRequest, accessLevel: AccessLevel): Result<undefined, PolicyRejection> {
  switch (request.kind) {
    case 'call_tool':
      return checkToolCall(request.tool, accessLevel)
    case 'read_resource':
      return checkResourceRead(request.uri, accessLevel)
    case 'set_log_level':
    case 'other':
      return ok(undefined)
  }
}
