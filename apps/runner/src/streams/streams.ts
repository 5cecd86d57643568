import type { Clock } from '@fjmcp-broker/shared/clock'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { ReadRejection, StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import { ErrorCode } from '@modelcontextprotocol/sdk/types.js'
import type { Schedule } from '../schedule.ts'
import { Stream } from './stream.ts'

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

/** Bounds on what is kept; sizes as told with the events, in characters. */
export interface KeepingLimits {
  /** How long a stream is kept after its end. */
  readonly keptMs: number
  /** How many messages, and how much of them, a stream keeps while it goes on. */
  readonly mostEvents: number
  readonly mostSize: number
  /** How many ended streams a session may have. */
  readonly endedPerSession: number
  readonly sizePerSession: number
  readonly sizeInAll: number
}

interface Ended {
  readonly owner: Owner
  readonly name: string
  readonly stream: Stream
  readonly atMs: number
}

/** What a session's streams amount to; `whole` are those ended ones of which nothing was cut off, oldest first. */
interface Owner {
  readonly streams: Map<string, Stream>
  readonly ended: Set<Ended>
  readonly whole: Set<Ended>
  size: number
}

/** Keeps the streams of all sessions within common bounds. What ended first goes first; its readers are told so in place of the response. */
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
}): { forSession(): SessionStreams } {
  const ended = new Set<Ended>()
  const whole = new Set<Ended>()
  let sizeInAll = 0
  let isSweeping = false

  return { forSession: () => createSessionStreams({ streams: new Map(), ended: new Set(), whole: new Set(), size: 0 }) }

  function createSessionStreams(owner: Owner): SessionStreams {
    return {
      open(name, signal) {
        if (owner.streams.has(name)) throw new Error('A stream of this name is in use')
        const stream = new Stream({ idStart: `${epoch}.${name}.`, bounds: limits })
        owner.streams.set(name, stream)
        return stream.readAfter(0, signal)
      },
      add(name, event) {
        const stream = owner.streams.get(name)
        if (stream === undefined) return
        resize(owner, stream, () => stream.add(event))
        if (event.final) keepEnded({ owner, name, stream, atMs: clock() })
      },
      hangUp(name) {
        const stream = owner.streams.get(name)
        if (stream === undefined) return
        stream.hangUp()
        keepEnded({ owner, name, stream, atMs: clock() })
      },
      read({ stream: name, after, signal }) {
        const stream = owner.streams.get(name)
        if (stream === undefined) return err({ reason: 'unknown_stream' })
        if (after === undefined) return ok(stream.readAfter(0, signal))
        const number = parseNumber(after, `${epoch}.${name}.`)
        if (number === undefined || number > stream.lastNumber) return err({ reason: 'unknown_stream' })
        if (stream.isOver && number === stream.lastNumber) return err({ reason: 'nothing_left' })
        return ok(stream.readAfter(number, signal))
      },
      isEmpty: () => owner.streams.size === 0,
      clear() {
        for (const one of owner.ended) forget(one)
        for (const [name, stream] of owner.streams) {
          stream.hangUp()
          forget({ owner, name, stream, atMs: 0 })
        }
      },
    }
  }

  function keepEnded(one: Ended): void {
    const { owner } = one
    for (const set of [ended, whole, owner.ended, owner.whole]) set.add(one)
    if (owner.ended.size > limits.endedPerSession) forgetFirst(owner.ended)
    while (owner.size > limits.sizePerSession && cutOffFirst(owner.whole, one));
    while (sizeInAll > limits.sizeInAll && cutOffFirst(whole, one));
    sweepLater()
  }

  /** Cuts the first off, unless that is the one that only just ended; tells whether it did. */
  function cutOffFirst(from: ReadonlySet<Ended>, newest: Ended): boolean {
    const [first] = from
    if (first === undefined || first === newest) return false
    resize(first.owner, first.stream, () => first.stream.cutOff(toldCutOff))
    whole.delete(first)
    first.owner.whole.delete(first)
    return true
  }

  function forgetFirst(from: ReadonlySet<Ended>): void {
    const [first] = from
    if (first !== undefined) forget(first)
  }

  function forget(one: Ended): void {
    const { owner, name, stream } = one
    for (const set of [ended, whole, owner.ended, owner.whole]) set.delete(one)
    owner.streams.delete(name)
    owner.size -= stream.size
    sizeInAll -= stream.size
  }

  function resize(owner: Owner, stream: Stream, change: () => void): void {
    const before = stream.size
    change()
    owner.size += stream.size - before
    sizeInAll += stream.size - before
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
      forget(one)
    }
    sweepLater()
  }
}

/** Counted as nothing, so that cutting off always makes room. */
function toldCutOff({ message }: StreamEvent) {
  const error = { code: ErrorCode.InternalError, message: 'The answer was not fetched in time and is no longer kept.' }
  const id = 'id' in message ? message.id : undefined
  return { message: { jsonrpc: '2.0', id, error }, size: 0 } as const
}

function parseNumber(id: string, start: string): number | undefined {
  const digits = id.startsWith(start) ? id.slice(start.length) : ''
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined
}
