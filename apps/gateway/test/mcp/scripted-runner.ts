import { err, ok } from '@fjmcp-broker/shared/result'
import {
  type ChildCatalogue,
  type ChildFailure,
  type Handshake,
  type Runner,
  RunnerUnavailable,
  type CallRejection,
  type CallRequest,
  type SessionDescription,
  type SessionKey,
  type StreamEvent,
} from '@fjmcp-broker/shared/runner/runner'
import type { JSONRPCMessage, JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'

/** A call as the script sees it: what was asked, by whom, and how to answer. */
export interface ScriptedCall {
  readonly session: SessionDescription
  readonly message: JSONRPCRequest
  notify(method: string, params?: Record<string, unknown>): void
  result(result: Record<string, unknown>): void
  error(message: string, reason?: 'credential_dead'): void
  /** Ends the stream without a response, as a cancellation does. */
  end(): void
  /** Breaks the readings under way. */
  breakReading(): void
}

export type Script = (call: ScriptedCall) => void

/** A runner whose answers a test writes, and which keeps a list of what it was asked. */
export interface ScriptedRunner extends Runner {
  /** Every call in its order, such as `describe read` and `call tools/call`. */
  readonly asked: string[]
  readonly sent: JSONRPCRequest[]
  script: Script
  childFailure: ChildFailure | undefined
  /** What the child program answers to lists. */
  lists: ChildCatalogue['lists']
  isDown: boolean
  /** Why messages are not taken. */
  callRejection: CallRejection | undefined
  /** Whether what is described is known afterwards. */
  remembers: boolean
  /** Loses all sessions and streams, as a restart does. */
  restart(): void
}

interface Stream {
  readonly events: StreamEvent[]
  state: 'open' | 'ended' | 'broken'
  wake: PromiseWithResolvers<void>
}

export const handshake: Handshake = {
  protocolVersion: '2025-11-25',
  capabilities: { tools: {}, resources: { subscribe: true }, logging: {}, prompts: {}, experimental: { odd: {} } },
  serverInfo: { name: 'Forgejo MCP Server', version: '2.34.1' },
}

/** Answers every call at once with the user, the session and the arguments. */
export const echo: Script = (call) => {
  call.result({ content: [{ type: 'text', text: JSON.stringify({ user: call.session.userId, params: call.message.params }) }] })
}

export function createScriptedRunner(): ScriptedRunner {
  const sessions = new Map<SessionKey, { readonly description: SessionDescription; readonly streams: Map<string, Stream> }>()
  const catalogueListeners = new Set<() => void>()
  let starts = 1

  function reach(asked: string): void {
    if (runner.isDown) throw new RunnerUnavailable('no connection')
    runner.asked.push(asked)
  }

  function start({ key, stream: name, message }: CallRequest): Stream | undefined {
    const session = sessions.get(key)
    if (session === undefined) return undefined
    const epoch = `e${starts}`
    const stream: Stream = { events: [], state: 'open', wake: Promise.withResolvers() }
    session.streams.set(name, stream)
    const change = (alter: () => void) => {
      alter()
      stream.wake.resolve()
      stream.wake = Promise.withResolvers()
    }
    const emit = (message: JSONRPCMessage, rest: Omit<StreamEvent, 'id' | 'message'>) =>
      change(() => stream.events.push({ id: `${epoch}.${name}.${stream.events.length + 1}`, message, ...rest }))
    const { id } = message
    runner.script({
      session: session.description,
      message,
      notify: (method, params = {}) => emit({ jsonrpc: '2.0', method, params }, { final: false }),
      result: (result) => emit({ jsonrpc: '2.0', id, result }, { final: true }),
      error: (message, reason) =>
        emit({ jsonrpc: '2.0', id, error: { code: -32603, message } }, { final: true, ...(reason && { reason }) }),
      end: () => change(() => (stream.state = 'ended')),
      breakReading: () => change(() => (stream.state = 'broken')),
    })
    return stream
  }

  const runner: ScriptedRunner = {
    asked: [],
    sent: [],
    script: echo,
    childFailure: undefined,
    lists: {
      'tools/list': { tools: [] },
      'resources/list': { resources: [] },
      'resources/templates/list': { resourceTemplates: [] },
    },
    isDown: false,
    callRejection: undefined,
    remembers: true,
    restart() {
      sessions.clear()
      starts += 1
      for (const listener of catalogueListeners) listener()
    },
    async catalogue() {
      reach('catalogue')
      return runner.childFailure === undefined ? ok({ handshake, lists: runner.lists }) : err(runner.childFailure)
    },
    onCatalogueChanged(listener) {
      catalogueListeners.add(listener)
      return () => catalogueListeners.delete(listener)
    },
    async describe(description) {
      reach(`describe ${description.accessLevel}${description.logLevel === undefined ? '' : ` ${description.logLevel}`}`)
      if (runner.remembers) sessions.set(description.key, { description, streams: sessions.get(description.key)?.streams ?? new Map() })
      return ok(undefined)
    },
    async call(request) {
      const { key, stream: name, message, signal } = request
      reach(`call ${message.method}`)
      if (sessions.get(key)?.streams.has(name) === true) throw new Error('a stream of this name is in use')
      if (runner.callRejection !== undefined) return err(runner.callRejection)
      runner.sent.push(message)
      const stream = start(request)
      return stream === undefined ? err({ reason: 'unknown_session' }) : ok(readEvents(stream, 0, signal))
    },
    async events({ key, stream: name, after, signal }) {
      reach(after === undefined ? 'events' : 'events after')
      const session = sessions.get(key)
      if (session === undefined) return err({ reason: 'unknown_session' })
      const stream = session.streams.get(name)
      if (stream === undefined || (after !== undefined && !after.startsWith(`e${starts}.`))) return err({ reason: 'unknown_stream' })
      const from = after === undefined ? 0 : Number(after.split('.').at(-1))
      const isOver = stream.state === 'ended' || stream.events.at(-1)?.final === true
      return isOver && from >= stream.events.length ? err({ reason: 'nothing_left' }) : ok(readEvents(stream, from, signal))
    },
    async cancel(key, requestId) {
      reach(`cancel ${key.slice(0, 6)} ${requestId}`)
    },
    async end(key) {
      reach('end')
      sessions.delete(key)
    },
    async setCredential() {},
    onCredentialRejected: () => () => {},
    async setForgejoVersion() {},
    sessions: async () => [],
    async status() {
      reach('status')
      return {
        epoch: `e${starts}`,
        startedAtMs: 0,
        isolation: 'none',
        child: { state: 'ok', name: null, version: null },
        sessions: sessions.size,
        children: 0,
        callsInFlight: 0,
      }
    },
  }
  return runner
}

async function* readEvents(stream: Stream, from: number, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  for (let index = from; ;) {
    if (signal.aborted) return
    const event = stream.events[index]
    if (event !== undefined) {
      yield event
      if (event.final) return
      index += 1
    } else if (stream.state === 'ended') return
    else if (stream.state === 'broken') throw new RunnerUnavailable('the connection broke')
    else await Promise.race([stream.wake.promise, aborted])
  }
}
