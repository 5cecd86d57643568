import { RunnerUnavailable, type StreamEvent } from '@fjmcp-broker/shared/runner/runner'

/** One stream of the mock runner: what was sent on it, kept for whoever reads it, as often as they like. */
export interface MockStream {
  /** Adds an event and gives it the next id; nothing once the stream has ended. */
  add(event: Omit<StreamEvent, 'id'>): void
  /** Ends the stream without a response. */
  end(): void
  /** Fails whoever reads now with `RunnerUnavailable`; the stream itself lives on. */
  breakReadings(): void
  hasMoreAfter(count: number): boolean
  /** Reads from behind the first `count` events until the stream has ended or the signal is aborted. */
  read(count: number, signal: AbortSignal): AsyncIterable<StreamEvent>
}

/** @param idOf Makes the id of the event with this number; the first is 1. */
export function createMockStream(idOf: (number: number) => string): MockStream {
  const events: StreamEvent[] = []
  const state = { hasEnded: false, breaks: 0, change: Promise.withResolvers<void>() }

  function wakeReadings(): void {
    state.change.resolve()
    state.change = Promise.withResolvers()
  }

  async function* readFrom(count: number, { signal, breaks }: { readonly signal: AbortSignal; readonly breaks: number }) {
    signal.addEventListener('abort', wakeReadings, { once: true })
    for (let seen = count; !signal.aborted;) {
      if (state.breaks !== breaks) throw new RunnerUnavailable('the mock runner went away')
      const event = events[seen]
      if (event !== undefined) {
        seen += 1
        yield event
      } else if (state.hasEnded) return
      else await state.change.promise
    }
  }

  return {
    add(event) {
      if (state.hasEnded) return
      events.push({ id: idOf(events.length + 1), ...event })
      state.hasEnded = event.final
      wakeReadings()
    },
    end() {
      state.hasEnded = true
      wakeReadings()
    },
    breakReadings() {
      state.breaks += 1
      wakeReadings()
    },
    hasMoreAfter: (count) => !state.hasEnded || count < events.length,
    read: (count, signal) => readFrom(count, { signal, breaks: state.breaks }),
  }
}
