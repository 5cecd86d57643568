import { ok, type Result } from '@fjmcp-broker/shared/result'
import { type EventRoom, type ReadRequest, RunnerUnavailable, type StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import type { RunnerConnection } from './runner-connection.ts'
import type { LinkReading, Reader, RunnerLink } from './runner-link.ts'

interface QueuedEvent {
  readonly event: StreamEvent
  readonly bytes: number
}

/**
 * Reads one stream of the runner, over as many connections as it takes: what is read next always follows the last event that was
 * queued, so that nothing comes twice and nothing is missed. When more than `maxQueuedBytes` wait for the consumer, the reading stops
 * and goes on once they are consumed; where there is no room for an event it goes on once there is.
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
}: {
  readonly link: RunnerLink
  readonly connection: Pick<RunnerConnection, 'link'>
  readonly request: ReadRequest
  /** The first reading; the following ones begin after the last event that came. */
  readonly begin: (link: RunnerLink, reader: Reader) => LinkReading<Rejection>
  readonly maxQueuedBytes: number
}): Promise<Result<AsyncIterable<StreamEvent>, Rejection>> {
  const { key, stream, signal, room = boundless } = request
  const queue: QueuedEvent[] = []
  let queuedBytes = 0
  /** Of the event for which there was no room. */
  let missingBytes = 0
  /** Taken for it since. */
  let reservedBytes = 0
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
    // What was waited for comes first, in a frame of about that size.
    const taken = reservedBytes > 0 ? reservedBytes : bytes
    if (reservedBytes === 0 && room.take(bytes) !== undefined) {
      missingBytes = bytes
      return suspend()
    }
    reservedBytes = 0
    queue.push({ event, bytes: taken })
    queuedBytes += taken
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
    if (missingBytes > 0) {
      await room.untilTaken(missingBytes)
      reservedBytes = missingBytes
      missingBytes = 0
      if (signal.aborted) return
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
    room.giveBack(reservedBytes + queuedBytes)
    queue.length = 0
    queuedBytes = 0
    reservedBytes = 0
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

const boundless: EventRoom = { take: () => undefined, untilTaken: async () => {}, giveBack() {} }
