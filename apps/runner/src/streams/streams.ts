import type { Clock } from '@fjmcp-broker/shared/clock'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { cutOffResponse } from '@fjmcp-broker/shared/runner/cut-off'
import type { ReadRejection, StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import type { Schedule } from '../schedule.ts'
import { createRoom, type Place, type RoomLimits } from './room.ts'
import { Stream, type StreamBounds } from './stream.ts'

/** The streams of one session. */
export interface SessionStreams {
  /** Begins a stream, and reads it. A name that is in use is a bug of whoever chose it, and throws. The signal ends the reading. */
  open(name: string, signal: AbortSignal): AsyncIterable<StreamEvent>
  /** Adds a message; a final one ends the stream. */
  add(name: string, event: Omit<StreamEvent, 'id'> & { readonly size: number }): void
  /** Ends a stream without a response. */
  hangUp(name: string): void
  /** A stream that ended without any event can be read from its start once more: there is just nothing to it. */
  read(request: StreamReading): Result<AsyncIterable<StreamEvent>, ReadRejection>
  /** Whether none is kept. */
  isEmpty(): boolean
  /** Ends and forgets all of them. */
  clear(): void
}

export interface StreamReading {
  readonly stream: string
  readonly after: string | undefined
  readonly signal: AbortSignal
}

/** Bounds on what is kept; sizes as told with the events, in bytes. */
export interface KeepingLimits extends StreamBounds, RoomLimits {
  /** How long a stream is kept after its end. */
  readonly keptMs: number
  /** How many ended streams a session may have. */
  readonly endedPerSession: number
}

interface Kept {
  readonly owner: Owner
  readonly name: string
  readonly stream: Stream
  readonly place: Place
}

interface Ended {
  readonly kept: Kept
  readonly atMs: number
}

interface Owner {
  readonly streams: Map<string, Kept>
  readonly ended: Map<string, Ended>
}

/**
 * Keeps the streams of all sessions within common bounds. Those that have been without a message for longest are cut off first: their readers
 * are told so in place of the response, and miss what else there was.
 */
export function createStreams({
  epoch,
  clock,
  schedule,
  limits,
}: {
  readonly epoch: string
  readonly clock: Clock
  readonly schedule: Schedule
  readonly limits: KeepingLimits
}): { forSession(userId: string): SessionStreams } {
  const room = createRoom(limits)
  const ended = new Set<Ended>()
  let isSweeping = false

  return { forSession: createSessionStreams }

  function createSessionStreams(userId: string): SessionStreams {
    const owner: Owner = { streams: new Map(), ended: new Map() }
    return {
      open(name, signal) {
        if (owner.streams.has(name)) throw new Error('A stream of this name is in use')
        const stream = new Stream({ idStart: `${epoch}.${name}.`, bounds: limits })
        const place = room.open(userId, () => stream.cutOff(cutOffResponse))
        owner.streams.set(name, { owner, name, stream, place })
        return stream.readAfter(0, signal)
      },
      add(name, event) {
        const kept = owner.streams.get(name)
        if (kept === undefined) return
        kept.stream.add(event)
        kept.place.resize(kept.stream.size)
        if (event.final) keepEnded(kept)
      },
      hangUp(name) {
        const kept = owner.streams.get(name)
        if (kept === undefined) return
        kept.stream.hangUp()
        keepEnded(kept)
      },
      read({ stream: name, after, signal }) {
        const stream = owner.streams.get(name)?.stream
        if (stream === undefined) return err({ reason: 'unknown_stream' })
        if (after === undefined) return ok(stream.readAfter(0, signal))
        const number = parseNumber(after, `${epoch}.${name}.`)
        if (number === undefined || number > stream.lastNumber) return err({ reason: 'unknown_stream' })
        if (stream.isOver && number === stream.lastNumber) return err({ reason: 'nothing_left' })
        return ok(stream.readAfter(number, signal))
      },
      isEmpty: () => owner.streams.size === 0,
      clear() {
        for (const kept of owner.streams.values()) {
          kept.stream.hangUp()
          forget(kept)
        }
      },
    }
  }

  function keepEnded(kept: Kept): void {
    const { owner, name } = kept
    const one = { kept, atMs: clock() }
    ended.add(one)
    owner.ended.set(name, one)
    const [oldest] = owner.ended.values()
    if (owner.ended.size > limits.endedPerSession && oldest !== undefined) forget(oldest.kept)
    sweepLater()
  }

  function forget({ owner, name, place }: Kept): void {
    const one = owner.ended.get(name)
    if (one !== undefined) ended.delete(one)
    owner.ended.delete(name)
    owner.streams.delete(name)
    place.close()
  }

  function sweepLater(): void {
    const [oldest] = ended
    if (isSweeping || oldest === undefined) return
    isSweeping = true
    // At most once a second, however many streams end in one.
    schedule(Math.max(1_000, oldest.atMs + limits.keptMs - clock()), sweep)
  }

  function sweep(): void {
    isSweeping = false
    const nowMs = clock()
    for (const one of ended) {
      if (one.atMs + limits.keptMs > nowMs) break
      forget(one.kept)
    }
    sweepLater()
  }
}

function parseNumber(id: string, start: string): number | undefined {
  const digits = id.startsWith(start) ? id.slice(start.length) : ''
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined
}
