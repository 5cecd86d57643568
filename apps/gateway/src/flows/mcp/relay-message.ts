import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { ok, type Result } from '@fjmcp-broker/shared/result'
import type { CallRejection, ChildFailure, EventRoom, Runner, StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'
import type { GatewayDependencies } from '../../dependencies.ts'
import type { Session } from '../../store/session-store.ts'
import { type SessionDescriptions, type SessionEnded, sessionKey } from '../../memory/session-descriptions.ts'

export type RelayRejection = CallRejection | ChildFailure | SessionEnded

/** A request on its way, and what comes of it. */
export interface RelayedCall {
  readonly stream: string
  /** Ends after the response, or without one when the call was cancelled or the reading was stopped; fails when the reading broke. */
  readonly events: AsyncIterator<StreamEvent>
}

interface RelayDependencies {
  readonly runner: Pick<Runner, 'call'>
  readonly secrets: Pick<GatewayDependencies['secrets'], 'create'>
  readonly descriptions: SessionDescriptions
}

interface Relay {
  readonly session: Session
  readonly accessLevel: AccessLevel
  readonly message: JSONRPCRequest
  /** Ends the reading, never the call. */
  readonly signal: AbortSignal
  readonly room: EventRoom
}

/**
 * Sends a request to the session's child and reads its stream. Where the runner has to be told of the session first, the request follows
 * at once, since the runner takes both in this order. It is repeated once, and only when the runner did not know the session, since then it
 * cannot have run. Throws `RunnerUnavailable` when nothing is known of it.
 */
export async function relayMessage(deps: RelayDependencies, relay: Relay): Promise<Result<RelayedCall, RelayRejection>> {
  const described = deps.descriptions.ensure(relay.session, relay.accessLevel)
  if (!described.ok) return described
  const called = await call(deps, relay)
  if (called.ok || called.error.reason !== 'unknown_session') return called
  const describedAgain = deps.descriptions.ensure(relay.session, relay.accessLevel, described.value)
  if (!describedAgain.ok) return describedAgain
  const known = await describedAgain.value.outcome
  return known.ok ? call(deps, relay) : known
}

async function call(
  { runner, secrets }: RelayDependencies,
  { session, message, signal, room }: Relay,
): Promise<Result<RelayedCall, CallRejection>> {
  const stream = secrets.create('none')
  const called = await runner.call({ key: sessionKey(session), stream, message, signal, room })
  return called.ok ? ok({ stream, events: called.value[Symbol.asyncIterator]() }) : called
}
