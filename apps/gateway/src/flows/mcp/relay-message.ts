import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { ok, type Result } from '@fjmcp-broker/shared/result'
import { RunnerUnavailable, type SendRejection, type StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'
import type { GatewayDependencies } from '../../dependencies.ts'
import type { Session } from '../../store/session-store.ts'
import { type DescriptionRejection, type SessionDescriptions, sessionKey } from '../../memory/session-descriptions.ts'

export type RelayRejection = SendRejection | DescriptionRejection

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
}

/**
 * Sends a request to the session's child and begins to read its stream. It is repeated once, and only when the runner did not know the
 * session, since then it cannot have run. Throws `RunnerUnavailable` when nothing is known of it.
 */
export async function relayMessage(deps: RelayDependencies, relay: Relay): Promise<Result<RelayedCall, RelayRejection>> {
  const described = deps.descriptions.ensure(relay.session, relay.accessLevel)
  const known = await described.outcome
  if (!known.ok) return known
  const sent = await send(deps, relay)
  if (sent.ok || sent.error.reason !== 'unknown_session') return sent
  const describedAgain = await deps.descriptions.ensure(relay.session, relay.accessLevel, described).outcome
  return describedAgain.ok ? send(deps, relay) : describedAgain
}

/** Sends and reads in one round trip: both are on their way before either is answered. */
async function send({ runner, secrets }: RelayDependencies, relay: Relay): Promise<Result<RelayedCall, SendRejection>> {
  const key = sessionKey(relay.session)
  const stream = secrets.create('none')
  const sending = runner.send({ key, stream, message: relay.message })
  const opening = runner.events({ key, stream, signal: relay.signal })
  opening.catch(ignore)
  const sent = await sending
  if (!sent.ok) return sent
  const opened = await opening
  if (opened.ok) return ok({ stream, events: opened.value[Symbol.asyncIterator]() })
  // Cancelled before the reading began.
  if (opened.error.reason === 'nothing_left') return ok({ stream, events: noEvents() })
  throw new RunnerUnavailable(`the stream of a request that was sent cannot be read: ${opened.error.reason}`)
}

async function* noEvents(): AsyncGenerator<never, void> {}

/** The failure of the reading is met where it is awaited; when the sending failed first, that one counts. */
function ignore(): void {}
