import type { Log } from '@fjmcp-broker/shared/log'
import type { Result } from '@fjmcp-broker/shared/result'
import type { GatewayFrame, RunnerFrame } from '@fjmcp-broker/shared/runner/frames'
import { type CredentialRejection, type ReadRejection, RunnerUnavailable, type StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import { type ChannelAddress, openFrameSocket } from './frame-socket.ts'

/** One connection to the runner, from its `hello` to its end. */
export interface RunnerLink {
  /** Which start of the runner is at the other end. */
  readonly epoch: string
  isOpen(): boolean
  /**
   * Writes a call and waits for its answer, which is of the kind `expected`. Throws `RunnerUnavailable` when the connection breaks
   * first, when the runner failed at the call, or when the call is too large for the channel, which alone is known not to have run.
   */
  ask<Type extends Answer['type']>(call: Call, expected: Type): Promise<AnswerOf<Type>>
  read(call: ReadCall, reader: Reader): LinkReading
}

/** Hears what becomes of one reading; after `ended` or `lost` nothing follows. */
export interface Reader {
  /** @param bytes How large the event's frame was. */
  receive(event: StreamEvent, bytes: number): void
  /** `slow_reader`: the runner cut the reading off; another may go on after the last event. */
  ended(reason: 'ended' | 'slow_reader' | 'failed'): void
  /** The connection broke. */
  lost(): void
}

export interface LinkReading {
  readonly opened: Promise<Result<undefined, ReadRejection>>
  /** Ends the reading; its reader hears no more. */
  stop(): void
}

/** What the owner of a link hears. */
export interface LinkEvents {
  opened(link: RunnerLink): void
  /** Comes once, also when the link never opened. */
  closed(reason: string): void
  credentialRejected(rejection: CredentialRejection): void
  catalogueChanged(): void
}

type WithoutId<Frame> = Frame extends unknown ? Omit<Frame, 'id'> : never
type Call = WithoutId<Exclude<GatewayFrame, { type: 'stop' }>>
type ReadCall = Omit<Extract<GatewayFrame, { type: 'read' }>, 'id' | 'type'>
type Answer = Extract<RunnerFrame, { type: 'catalogue' | 'described' | 'sent' | 'reading' | 'done' | 'status' | 'sessions' }>
type AnswerOf<Type> = Extract<Answer, { type: Type }>

interface PendingCall {
  resolve(answer: Answer): void
  reject(error: Error): void
}

/** Begins one connection; returns how to end it. */
export function openLink({
  address,
  log,
  events,
}: {
  readonly address: ChannelAddress
  readonly log: Log
  readonly events: LinkEvents
}): () => void {
  const socket = openFrameSocket({ address, log, onFrame: receive, onClosed: end })
  const pending = new Map<number, PendingCall>()
  const readers = new Map<number, Reader>()
  let lastId = 0
  let isOpen = true

  async function ask<Type extends Answer['type']>(call: Call, expected: Type): Promise<AnswerOf<Type>> {
    lastId += 1
    const answer = await write({ ...call, id: lastId })
    if (isAnswer(answer, expected)) return answer
    throw new RunnerUnavailable(`the runner answered ${call.type} with ${answer.type}`)
  }

  function write(frame: Call & { readonly id: number }): Promise<Answer> {
    if (!isOpen) throw connectionBroke()
    if (!socket.write(frame)) throw new RunnerUnavailable(`the call ${frame.type} is too large for the channel to the runner`)
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    pending.set(frame.id, { resolve, reject })
    return promise
  }

  function read(call: ReadCall, reader: Reader): LinkReading {
    const opened = ask({ type: 'read', ...call }, 'reading')
    const id = lastId
    readers.set(id, reader)
    return {
      opened: opened.then(({ result }) => result),
      stop() {
        if (readers.delete(id)) socket.write({ type: 'stop', id })
      },
    }
  }

  function receive(frame: RunnerFrame, bytes: number): void {
    switch (frame.type) {
      case 'hello':
        events.opened({ epoch: frame.epoch, isOpen: () => isOpen, ask, read })
        return
      case 'event':
        readers.get(frame.id)?.receive(frame.event, bytes)
        if (frame.event.final) readers.delete(frame.id)
        return
      case 'read_ended':
        readers.get(frame.id)?.ended(frame.reason)
        readers.delete(frame.id)
        return
      case 'credential_rejected':
        events.credentialRejected(frame.rejection)
        return
      case 'catalogue_changed':
        events.catalogueChanged()
        return
      case 'failed':
        readers.delete(frame.id)
        take(frame.id)?.reject(new RunnerUnavailable(frame.detail))
        return
      case 'reading':
        if (!frame.result.ok) readers.delete(frame.id)
        take(frame.id)?.resolve(frame)
        return
      case 'catalogue':
      case 'described':
      case 'sent':
      case 'done':
      case 'status':
      case 'sessions':
        take(frame.id)?.resolve(frame)
    }
  }

  function take(id: number): PendingCall | undefined {
    const call = pending.get(id)
    pending.delete(id)
    return call
  }

  function end(reason: string): void {
    isOpen = false
    for (const call of pending.values()) call.reject(connectionBroke())
    for (const reader of readers.values()) reader.lost()
    pending.clear()
    readers.clear()
    events.closed(reason)
  }

  return () => socket.close()
}

function connectionBroke(): RunnerUnavailable {
  return new RunnerUnavailable('the connection to the runner broke; nothing is known of the call')
}

function isAnswer<Type extends Answer['type']>(answer: Answer, expected: Type): answer is AnswerOf<Type> {
  return answer.type === expected
}
