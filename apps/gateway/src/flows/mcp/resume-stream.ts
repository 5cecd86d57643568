import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { EventRoom, Runner } from '@fjmcp-broker/shared/runner/runner'
import { parseEventId } from '../../domain/mcp/event-id.ts'
import type { Session } from '../../store/session-store.ts'
import type { RelayedCall } from './relay-message.ts'
import { sessionKey } from '../../memory/session-descriptions.ts'

/** `nothing_left`: the stream was read to its end, has passed, or is not one of this session. */
export type ResumeRejection = { readonly reason: 'malformed_event_id' | 'nothing_left' }

/** Reads the stream that an event id names from the event after it on; never another session's. */
export async function resumeStream(
  { runner }: { readonly runner: Pick<Runner, 'events'> },
  { session, lastEventId, signal, room }: Resumption,
): Promise<Result<RelayedCall, ResumeRejection>> {
  const id = parseEventId(lastEventId)
  if (id === undefined) return err({ reason: 'malformed_event_id' })
  const opened = await runner.events({ key: sessionKey(session), stream: id.stream, after: lastEventId, signal, room })
  if (!opened.ok) return err({ reason: 'nothing_left' })
  return ok({ stream: id.stream, events: opened.value[Symbol.asyncIterator]() })
}

interface Resumption {
  readonly session: Session
  readonly lastEventId: string
  /** Ends the reading, never the call. */
  readonly signal: AbortSignal
  readonly room: EventRoom
}
