import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { ok, type Result } from '@fjmcp-broker/shared/result'
import type { CallRejection, EventRoom, StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'
import type { GatewayDependencies } from '../../dependencies.ts'
import type { Session } from '../../store/session-store.ts'
import { type DescriptionRejection, type SessionDescriptions, sessionKey } from '../../memory/session-descriptions.ts'

export type RelayRejection = CallRejection | DescriptionRejection

/** A request on its way, and what comes of it. */
export interface RelayedCall {
  readonly stream: string
  /** Ends after the response, or without one when the call was cancelled or the reading was stopped; fails when the reading broke. */
  readonly events: AsyncIterator<StreamEvent>
}

type RelayDependencies = Pick<GatewayDependencies, 'runner' | 'secrets'> & { readonly descriptions: SessionDescriptions }

interface Relay {
  readonly session: Session
  readonly accessLevel: AccessLevel
  readonly message: JSONRPCRequest
  /** Ends the reading, never the call. */
  readonly signal: AbortSignal
  readonly room: EventRoom
}

/**
 * Sends a request to the session's child and reads its stream. It is repeated once, and only when the runner did not know the
 * session, since then it cannot have run. Throws `RunnerUnavailable` when nothing is known of it.
 */
export async function relayMessage(deps: RelayDependencies, relay: Relay): Promise<Result<RelayedCall, RelayRejection>> {
  const described = deps.descriptions.ensure(relay.session, relay.accessLevel)
  const known = await described.outcome
  if (!known.ok) return known
  const called = await call(deps, relay)
  if (called.ok || called.error.reason !== 'unknown_session') return called
  const describedAgain = await deps.descriptions.ensure(relay.session, relay.accessLevel, described).outcome
  return describedAgain.ok ? call(deps, relay) : describedAgain
}

async function call(
  { runner, secrets }: RelayDependencies,
  { session, message, signal, room }: Relay,
): Promise<Result<RelayedCall, CallRejection>> {
  const stream = secrets.create('none')
  const called = await runner.call({ key: sessionKey(session), stream, message, signal, room })
  return called.ok ? ok({ stream, events: called.value[Symbol.asyncIterator]() }) : called
}
