import type { GatewayFrame } from '@fjmcp-broker/shared/runner/frames'
import type { Log } from '@fjmcp-broker/shared/log'
import type { Runner, StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import { ok } from '@fjmcp-broker/shared/result'
import { type Schedule, systemSchedule } from '../schedule.ts'
import { answeredTooMuch } from '../supervision/answered-too-much.ts'
import type { FrameWriter } from './frame-writer.ts'

/** A frame that begins a reading: of a stream that there is, or of that of a call that it starts. */
export type ReadingFrame = Extract<GatewayFrame, { type: 'read' | 'call' }>

/** After this time a gateway learns that its call was taken, if nothing came of it by then. */
const acceptedAfterMs = 1_000

/** The streams that one gateway reads over one connection. */
export interface Readings {
  /** Reads until the stream or the reading ends. Throws when the runner fails to open the stream, or when a reading of this id is under way. */
  start(frame: ReadingFrame): Promise<void>
  stop(id: number): void
  stopAll(): void
}

export function createReadings({
  runner,
  writer,
  schedule = systemSchedule,
  log,
}: {
  readonly runner: Pick<Runner, 'events' | 'call'>
  readonly writer: FrameWriter
  readonly schedule?: Schedule | undefined
  readonly log: Log
}): Readings {
  const stopping = new Map<number, AbortController>()

  async function read({ id, key, stream, after }: ReadingFrame & { type: 'read' }, signal: AbortSignal): Promise<void> {
    const opened = await runner.events({ key, stream, after, signal })
    writer.write({ type: 'reading', id, result: opened.ok ? ok(undefined) : opened })
    if (opened.ok) await forwardAll({ events: opened.value, id, signal })
  }

  async function call({ id, key, stream, message }: ReadingFrame & { type: 'call' }, signal: AbortSignal): Promise<void> {
    const called = await runner.call({ key, stream, message, signal })
    if (!called.ok) {
      writer.write({ type: 'refused', id, rejection: called.error })
      return
    }
    // Whatever comes of the call says that it was taken.
    const heard = schedule(acceptedAfterMs, () => writer.write({ type: 'accepted', id }))
    await forwardAll({ events: called.value, id, signal, heard })
    heard()
  }

  async function forwardAll(reading: Reading): Promise<void> {
    if (reading.signal.aborted) return
    const reason = await forward(reading)
    if (reason !== undefined && !reading.signal.aborted) writer.write({ type: 'read_ended', id: reading.id, reason })
  }

  async function forward({ events, id, signal, heard }: Reading): Promise<'ended' | 'slow_reader' | 'failed' | undefined> {
    try {
      for await (const event of events) {
        heard?.()
        if (signal.aborted) return undefined
        if (writer.isCongested()) return 'slow_reader'
        if (!writer.write({ type: 'event', id, event }) && !makeUpFor(event, id)) return 'failed'
        if (event.final) return undefined
      }
      return 'ended'
    } catch (error) {
      if (!signal.aborted) log.error('runner_call_failed', { call: 'read', detail: String(error) })
      return 'failed'
    }
  }

  /** For an event that no frame holds: an answer gives way to one that says so, anything else is left out. */
  function makeUpFor(event: StreamEvent, id: number): boolean {
    log.error('event_too_large', { eventId: event.id, final: event.final })
    if (!event.final) return true
    const message = answeredTooMuch('id' in event.message ? event.message.id : undefined)
    return writer.write({ type: 'event', id, event: { ...event, message } })
  }

  return {
    async start(frame) {
      if (stopping.has(frame.id)) throw new Error(`reading ${frame.id} is under way`)
      const controller = new AbortController()
      stopping.set(frame.id, controller)
      try {
        await (frame.type === 'call' ? call(frame, controller.signal) : read(frame, controller.signal))
      } finally {
        stopping.delete(frame.id)
      }
    },
    stop(id) {
      stopping.get(id)?.abort()
    },
    stopAll() {
      for (const controller of stopping.values()) controller.abort()
    },
  }
}

interface Reading {
  readonly events: AsyncIterable<StreamEvent>
  readonly id: number
  readonly signal: AbortSignal
  /** Called at every event. */
  readonly heard?: () => void
}
