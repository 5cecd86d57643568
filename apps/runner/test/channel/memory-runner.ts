import { EventEmitter } from 'node:events'
import { err, ok } from '@fjmcp-broker/shared/result'
import type {
  CredentialRejection,
  Handshake,
  ReadRequest,
  Runner,
  RunnerStatus,
  CallRequest,
  SessionDescription,
  StreamEvent,
} from '@fjmcp-broker/shared/runner/runner'

interface MemoryStream {
  readonly events: StreamEvent[]
  isOver: boolean
}

/** A runner without children, whose streams hold what the test puts there. It emits the name of each call, and `reading_ended`. */
export interface MemoryRunner {
  readonly runner: Runner
  /** Every call so far: its name and its arguments. */
  readonly calls: (readonly [string, ...unknown[]])[]
  readonly happenings: EventEmitter
  emit(stream: string, message: StreamEvent['message'], end?: Partial<StreamEvent>): void
  /** Ends a stream without a response. */
  endStream(stream: string): void
  rejectCredential(rejection: CredentialRejection): void
  changeCatalogue(): void
}

export const handshake: Handshake = {
  protocolVersion: '2025-11-25',
  capabilities: { tools: { listChanged: false }, logging: {}, experimental: { own: { kept: true } } },
  serverInfo: { name: 'memory', version: '1' },
}

/** @param override Methods that behave differently in this test. */
export function createMemoryRunner({
  epoch = 'first',
  override = {},
}: { readonly epoch?: string; readonly override?: Partial<Runner> } = {}): MemoryRunner {
  const sessions = new Map<string, SessionDescription>()
  const streams = new Map<string, MemoryStream>()
  const calls: (readonly [string, ...unknown[]])[] = []
  const happenings = new EventEmitter().setMaxListeners(0)
  const changeListeners = new Set<() => void>()
  const listeners = new Set<(rejection: CredentialRejection) => void>()

  function note(name: string, ...details: readonly unknown[]): void {
    calls.push([name, ...details])
    happenings.emit(name)
  }

  function emit(name: string, message: StreamEvent['message'], end: Partial<StreamEvent> = {}): void {
    const stream = streams.get(name)
    if (stream === undefined) throw new Error(`no stream ${name}`)
    stream.events.push({ id: `${epoch}.${name}.${stream.events.length + 1}`, message, final: false, ...end })
    happenings.emit(`stream:${name}`)
  }

  async function* read(name: string, { after, signal }: ReadRequest): AsyncGenerator<StreamEvent> {
    const stream = streams.get(name)
    if (stream === undefined) return
    try {
      for (let next = positionAfter(after); !signal.aborted; next += 1) {
        while (stream.events[next] === undefined) {
          if (stream.isOver || signal.aborted) return
          await Promise.race([happened(`stream:${name}`), aborted(signal)])
        }
        const event = stream.events[next]
        if (event === undefined) return
        yield event
        if (event.final) return
      }
    } finally {
      happenings.emit('reading_ended')
    }
  }

  function happened(name: string): Promise<void> {
    return new Promise((resolve) => happenings.once(name, () => resolve()))
  }

  const runner: Runner = {
    async catalogue() {
      note('catalogue')
      return ok({ handshake, lists: { 'tools/list': { tools: [] } } })
    },
    onCatalogueChanged(listener) {
      changeListeners.add(listener)
      return () => changeListeners.delete(listener)
    },
    async describe(session) {
      note('describe', session)
      sessions.set(session.key, session)
      return ok(undefined)
    },
    async call(request) {
      const { key, stream, message } = request
      note('call', { key, stream, message })
      if (!sessions.has(request.key)) return err({ reason: 'unknown_session' })
      streams.set(request.stream, { events: [], isOver: false })
      if (request.message.method === 'echo') emit(request.stream, echo(request), { final: true })
      return ok(read(request.stream, { ...request, after: undefined }))
    },
    async events(request) {
      note('events', { key: request.key, stream: request.stream, after: request.after })
      const stream = streams.get(request.stream)
      if (!sessions.has(request.key)) return err({ reason: 'unknown_session' })
      if (stream === undefined) return err({ reason: 'unknown_stream' })
      const last = stream.events.at(-1)
      if ((stream.isOver || last?.final === true) && positionAfter(request.after) >= stream.events.length)
        return err({ reason: 'nothing_left' })
      return ok(read(request.stream, request))
    },
    async cancel(key, requestId) {
      note('cancel', key, requestId)
    },
    async end(key) {
      note('end', key)
    },
    async setCredential(credential) {
      note('setCredential', credential)
    },
    onCredentialRejected(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async setForgejoVersion(version) {
      note('setForgejoVersion', version)
    },
    status: async () => statusOf(epoch),
    sessions: async () => [{ key: 's:1', phase: 'ready', callsInFlight: 2 }],
    ...override,
  }

  return {
    runner,
    calls,
    happenings,
    emit,
    endStream(name) {
      const stream = streams.get(name)
      if (stream !== undefined) stream.isOver = true
      happenings.emit(`stream:${name}`)
    },
    changeCatalogue() {
      for (const listener of changeListeners) listener()
    },
    rejectCredential(rejection) {
      for (const listener of listeners) listener(rejection)
    },
  }
}

export function statusOf(epoch: string): RunnerStatus {
  return {
    epoch,
    startedAtMs: 1,
    isolation: 'none',
    child: { state: 'ok', name: 'memory', version: null },
    sessions: 2,
    children: 1,
    callsInFlight: 0,
  }
}

function echo({ message }: CallRequest): StreamEvent['message'] {
  return { jsonrpc: '2.0', id: message.id, result: { echo: message.params ?? null } }
}

/** Where in a stream's list the event after `<epoch>.<stream>.<n>` stands. */
function positionAfter(id: string | undefined): number {
  return id === undefined ? 0 : Number(id.slice(id.lastIndexOf('.') + 1))
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
