import type { StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import type { RelayedCall } from '../../flows/mcp/relay-message.ts'
import type { CallOutcome } from '../../probe.ts'
import type { Session } from '../../store/session-store.ts'
import type { McpServer } from './server.ts'

/** A relayed call while its stream is read for a client. */
export interface OpenCall {
  readonly stream: string
  /** The next event, `undefined` after the last one. Fails when the reading broke. */
  readonly next: () => Promise<StreamEvent | undefined>
  /** The client is gone: stops the reading, the call runs on. */
  readonly leave: () => void
}

/** What is read for, and how the reading is stopped. */
export interface Reading {
  readonly session: Session
  /** What the log calls it, where it is this request that started the call. Not the request: that would be kept until it is answered. */
  readonly about?: { readonly method: string; readonly tool: string | undefined } | undefined
  readonly stop: AbortController
}

/** A call from its beginning on, taken or not: its session is not idle until it is over. */
export interface BegunCall {
  /** Reads the stream of the call, which was taken. */
  read(call: RelayedCall): OpenCall
  /** Nothing is there to read. */
  finish(outcome: 'refused' | 'reading_failed'): void
}

/** Begins a call before anybody is asked for it, and logs and counts once how it ended. */
export function beginCall(
  { clock, log, probe, openInSessions }: Pick<McpServer, 'clock' | 'log' | 'probe' | 'openInSessions'>,
  { session, about, stop }: Reading,
): BegunCall {
  const startedAtMs = clock()
  // A call is counted where it began, not where its stream is taken up again.
  const counted = about === undefined ? undefined : probe.callStarted(about.tool)
  const leaveSession = openInSessions.addCall(session)
  let isOver = false

  function finish(outcome: CallOutcome): void {
    if (isOver) return
    isOver = true
    leaveSession()
    const durationMs = clock() - startedAtMs
    counted?.finished(outcome, durationMs)
    log.debug('call_finished', { session: session.id, ...about, durationMs, outcome })
  }

  return {
    finish,
    read: ({ stream, events }) => ({
      stream,
      // Asked after the last event too: that says that the last one is done with.
      async next() {
        try {
          const read = await events.next()
          if (read.done === true) {
            finish(stop.signal.aborted ? 'client_left' : 'no_response')
            return undefined
          }
          if (read.value.final) finish(outcomeOf(read.value))
          return read.value
        } catch (error) {
          const left = stop.signal.aborted
          finish(left ? 'client_left' : 'reading_failed')
          if (left) return undefined
          throw error
        }
      },
      leave() {
        finish('client_left')
        stop.abort()
      },
    }),
  }
}

function outcomeOf({ message, reason }: StreamEvent): CallOutcome {
  return reason ?? ('error' in message ? 'error' : 'result')
}
