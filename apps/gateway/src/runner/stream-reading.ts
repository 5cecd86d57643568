import { ok, type Result } from '@fjmcp-broker/shared/result'
import { cutOffResponse } from '@fjmcp-broker/shared/runner/cut-off'
import { type ReadRequest, RunnerUnavailable, type StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import { createReadingRoom } from './reading-room.ts'
import type { RunnerConnection } from './runner-connection.ts'
import type { LinkReading, Reader, RunnerLink } from './runner-link.ts'

interface QueuedEvent {
  readonly event: StreamEvent
  readonly bytes: number
}

/**
 * Reads one stream of the runner, over as many connections as it takes: what is read next always follows the last event that was
 * queued, so that nothing comes twice and nothing is missed. When more than `maxQueuedBytes` wait for the consumer, the reading stops
 * and goes on once they are consumed; where there is no room for an event it goes on once there is. What finds none in time is left out, and
 * the response gives way to one that says so.
 *
 * The iterable can be iterated once. It ends with the stream or the signal, and throws `RunnerUnavailable` when the runner is not
 * reached in time or is no longer the one that had the stream.
 */
export async function readStream<Rejection>({
  link,
  connection,
  request,
  begin,
  maxQueuedBytes,
  roomWaitMs,
}: {
  readonly link: RunnerLink
  readonly connection: Pick<RunnerConnection, 'link'>
  readonly request: ReadRequest
  /** The first reading; the following ones begin after the last event that came. */
  readonly begin: (link: RunnerLink, reader: Reader) => LinkReading<Rejection>
  readonly maxQueuedBytes: number
  /** How long an event waits for room: less than the runner keeps a stream after its end. */
  readonly roomWaitMs: number
}): Promise<Result<AsyncIterable<StreamEvent>, Rejection>> {
  const { key, stream, signal } = request
  const room = createReadingRoom({ room: request.room, waitMs: roomWaitMs })
  const queue: QueuedEvent[] = []
  let queuedBytes = 0
  /** The event that waits for room. */
  let waiting: { readonly bytes: number; readonly cutOff: StreamEvent | undefined } | undefined
  /** It waited in vain, and nothing found room since. */
  let isOutOfRoom = false
  let after = request.after
  let state: 'reading' | 'suspended' | 'ended' | 'failed' = 'reading'
  let current: LinkReading | undefined
  let wake = () => {}

  function become(next: 'suspended' | 'ended' | 'failed'): void {
    if (state !== 'ended') state = next
    wake()
  }

  function receive(event: StreamEvent, bytes: number): void {
    if (queuedBytes > 0 && queuedBytes + bytes > maxQueuedBytes) return suspend()
    if (room.take(bytes)) {
      isOutOfRoom = false
      return keep(event, bytes)
    }
    const cutOff = event.final ? { ...event, message: cutOffResponse(event) } : undefined
    if (!isOutOfRoom) {
      waiting = { bytes, cutOff }
      return suspend()
    }
    if (cutOff === undefined) after = event.id
    else keep(cutOff, 0)
  }

  function keep(event: StreamEvent, bytes: number): void {
    queue.push({ event, bytes })
    queuedBytes += bytes
    after = event.id
    wake()
  }

  function suspend(): void {
    current?.stop()
    become('suspended')
  }

  const reader: Reader = {
    receive,
    ended: (reason) => become(reason === 'slow_reader' ? 'suspended' : reason),
    lost: () => become('suspended'),
  }

  function open<Rejection>(reading: LinkReading<Rejection>): Promise<Result<undefined, Rejection>> {
    current = reading
    return reading.opened
  }

  async function resume(): Promise<void> {
    if (waiting !== undefined) {
      const { bytes, cutOff } = waiting
      waiting = undefined
      isOutOfRoom = !(await room.untilThere(bytes))
      if (signal.aborted) return
      if (isOutOfRoom && cutOff !== undefined) return keep(cutOff, 0)
    }
    const next = await connection.link()
    if (signal.aborted) return
    if (next.epoch !== link.epoch) throw new RunnerUnavailable('the runner was started anew; the stream is gone')
    state = 'reading'
    const opened = await open(next.read({ key, stream, after }, reader)).catch((error: unknown) => {
      if (next.isOpen()) throw error
    })
    if (opened === undefined || opened.ok) return
    if (opened.error.reason !== 'nothing_left') throw new RunnerUnavailable(`the stream cannot be read on: ${opened.error.reason}`)
    become('ended')
  }

  async function* iterate(): AsyncGenerator<StreamEvent, void> {
    try {
      while (!signal.aborted) {
        const next = queue.shift()
        if (next !== undefined) {
          queuedBytes -= next.bytes
          yield next.event
          room.giveBack(next.bytes)
          if (next.event.final) return
        } else if (state === 'ended') return
        else if (state === 'failed') throw new RunnerUnavailable('the runner failed at reading the stream')
        else if (state === 'suspended') await resume()
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      finish()
    }
  }

  function finish(): void {
    signal.removeEventListener('abort', finish)
    current?.stop()
    become('ended')
    room.giveBack(queuedBytes)
    room.leave()
    queue.length = 0
    queuedBytes = 0
  }

  signal.addEventListener('abort', finish)
  try {
    const opened = await open(begin(link, reader))
    if (!opened.ok || signal.aborted) finish()
    return opened.ok ? ok(iterate()) : opened
  } catch (error) {
    finish()
    throw error
  }
}
