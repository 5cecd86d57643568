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

/** Reads a call's stream, and logs and counts once how it ended. */
export function openCall(
  { clock, log, probe, openInSessions }: Pick<McpServer, 'clock' | 'log' | 'probe' | 'openInSessions'>,
  call: RelayedCall,
  reading: Reading,
): OpenCall {
  const startedAtMs = clock()
  // A call is counted where it began, not where its stream is taken up again.
  const counted = reading.about === undefined ? undefined : probe.callStarted(reading.about.tool)
  // Its end is the runner's to tell: the stream ends with the session.
  const leaveSession = openInSessions.add(reading.session)
  let isOver = false

  function finish(outcome: CallOutcome): void {
    if (isOver) return
    isOver = true
    leaveSession()
    const durationMs = clock() - startedAtMs
    counted?.finished(outcome, durationMs)
    log.debug('call_finished', { session: reading.session.id, ...reading.about, durationMs, outcome })
  }

  return {
    stream: call.stream,
    async next() {
      if (isOver) return undefined
      try {
        const read = await call.events.next()
        if (read.done === true) {
          finish(reading.stop.signal.aborted ? 'client_left' : 'no_response')
          return undefined
        }
        if (read.value.final) finish(outcomeOf(read.value))
        return read.value
      } catch (error) {
        const left = reading.stop.signal.aborted
        finish(left ? 'client_left' : 'reading_failed')
        if (left) return undefined
        throw error
      }
    },
    leave() {
      finish('client_left')
      reading.stop.abort()
    },
  }
}

function outcomeOf({ message, reason }: StreamEvent): CallOutcome {
  return reason ?? ('error' in message ? 'error' : 'result')
}
