import type { Log } from '@fjmcp-broker/shared/log'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { GatewayFrame, RunnerFrame } from '@fjmcp-broker/shared/runner/frames'
import {
  type CallRejection,
  type CredentialRejection,
  type ReadRejection,
  RunnerUnavailable,
  type StreamEvent,
} from '@fjmcp-broker/shared/runner/runner'
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
  ask<Type extends Answer['type']>(question: Question, expected: Type): Promise<AnswerOf<Type>>
  read(call: ReadCall, reader: Reader): LinkReading<ReadRejection>
  /**
   * Has a call begun, and reads its stream. `opened` settles with the first that is heard of it; a connection that breaks before is for the
   * reader to make up for, as nothing is known of the call.
   */
  call(call: StartedCall, reader: Reader): LinkReading<CallRejection>
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

export interface LinkReading<Rejection = unknown> {
  readonly opened: Promise<Result<undefined, Rejection>>
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
type Question = WithoutId<Exclude<GatewayFrame, { type: 'stop' | 'call' }>>
type StartedCall = Omit<Extract<GatewayFrame, { type: 'call' }>, 'id' | 'type'>
type ReadCall = Omit<Extract<GatewayFrame, { type: 'read' }>, 'id' | 'type'>
type Answer = Extract<RunnerFrame, { type: 'catalogue' | 'described' | 'reading' | 'done' | 'status' | 'sessions' }>
type AnswerOf<Type> = Extract<Answer, { type: Type }>

interface Pending<Answer> {
  resolve(answer: Answer): void
  reject(error: Error): void
}

type Begun = Result<undefined, CallRejection>

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
  const pending = new Map<number, Pending<Answer>>()
  /** Calls of which nothing was heard yet. */
  const begun = new Map<number, Pending<Begun>>()
  const readers = new Map<number, Reader>()
  let lastId = 0
  let isOpen = true

  async function ask<Type extends Answer['type']>(question: Question, expected: Type): Promise<AnswerOf<Type>> {
    lastId += 1
    const answer = await write({ ...question, id: lastId }, pending)
    if (isAnswer(answer, expected)) return answer
    throw new RunnerUnavailable(`the runner answered ${question.type} with ${answer.type}`)
  }

  async function write<Answer>(frame: Exclude<GatewayFrame, { type: 'stop' }>, waiting: Map<number, Pending<Answer>>): Promise<Answer> {
    if (!isOpen) throw connectionBroke()
    if (!socket.write(frame)) throw new RunnerUnavailable(`the call ${frame.type} is too large for the channel to the runner`)
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    waiting.set(frame.id, { resolve, reject })
    return promise
  }

  function read(call: ReadCall, reader: Reader): LinkReading<ReadRejection> {
    const opened = ask({ type: 'read', ...call }, 'reading')
    return { opened: opened.then(({ result }) => result), stop: listen(lastId, reader) }
  }

  function call(call: StartedCall, reader: Reader): LinkReading<CallRejection> {
    lastId += 1
    return { opened: write({ type: 'call', id: lastId, ...call }, begun), stop: listen(lastId, reader) }
  }

  /** Lets a reader hear what comes under this id; returns how to stop that. */
  function listen(id: number, reader: Reader): () => void {
    readers.set(id, reader)
    return () => {
      // Nothing more is said of a call whose reading has stopped.
      take(begun, id)?.resolve(ok(undefined))
      if (readers.delete(id)) socket.write({ type: 'stop', id })
    }
  }

  function receive(frame: RunnerFrame, bytes: number): void {
    switch (frame.type) {
      case 'hello':
        events.opened({ epoch: frame.epoch, isOpen: () => isOpen, ask, read, call })
        return
      case 'accepted':
        take(begun, frame.id)?.resolve(ok(undefined))
        return
      case 'refused':
        readers.delete(frame.id)
        take(begun, frame.id)?.resolve(err(frame.rejection))
        return
      case 'event':
        take(begun, frame.id)?.resolve(ok(undefined))
        readers.get(frame.id)?.receive(frame.event, bytes)
        if (frame.event.final) readers.delete(frame.id)
        return
      case 'read_ended':
        take(begun, frame.id)?.resolve(ok(undefined))
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
        fail(frame.id, new RunnerUnavailable(frame.detail))
        return
      case 'reading':
        if (!frame.result.ok) readers.delete(frame.id)
        take(pending, frame.id)?.resolve(frame)
        return
      case 'catalogue':
      case 'described':
      case 'done':
      case 'status':
      case 'sessions':
        take(pending, frame.id)?.resolve(frame)
    }
  }

  function fail(id: number, error: RunnerUnavailable): void {
    take(pending, id)?.reject(error)
    take(begun, id)?.reject(error)
  }

  function end(reason: string): void {
    isOpen = false
    for (const question of pending.values()) question.reject(connectionBroke())
    for (const call of begun.values()) call.resolve(ok(undefined))
    for (const reader of readers.values()) reader.lost()
    pending.clear()
    begun.clear()
    readers.clear()
    events.closed(reason)
  }

  return () => socket.close()
}

function take<Waiting>(waiting: Map<number, Waiting>, id: number): Waiting | undefined {
  const found = waiting.get(id)
  waiting.delete(id)
  return found
}

function connectionBroke(): RunnerUnavailable {
  return new RunnerUnavailable('the connection to the runner broke; nothing is known of the call')
}

function isAnswer<Type extends Answer['type']>(answer: Answer, expected: Type): answer is AnswerOf<Type> {
  return answer.type === expected
}
