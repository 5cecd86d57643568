import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { readEvents } from './event-stream.ts'
import type { CallOutcome } from './ledger.ts'
import type { EventWatch } from './watch-events.ts'

/** How long a client waits before it tries again to go on with a stream. */
const resumeAfterMs = 30

/** A session of a client that shows every event and every status, which the SDK's keeps to itself. */
export interface RawSession {
  /** Sends one request and reads its answer to the end, over as many connections as that takes. Never throws. */
  request(request: RawRequest): Promise<CallOutcome>
  /** Drops all connections, as a laptop does that is closed; what can be resumed is. */
  drop(): void
  /** DELETE; the status, or undefined where no answer came. */
  end(): Promise<number | undefined>
}

export interface RawRequest {
  readonly method: string
  readonly params?: Readonly<Record<string, unknown>> | undefined
  /** How many reports of progress come before the result; none are asked for where it is absent. */
  readonly steps?: number | undefined
  /** After how many of them the client drops the connection, once, and goes on with another. */
  readonly dropsAfter?: number | undefined
}

interface Place {
  readonly mcpUrl: string
  /** A connection on which no answer begins for so long is given up. */
  readonly headWithinMs?: number | undefined
  /** The access token of now. */
  readonly token: () => string
  readonly watch: EventWatch
  /** Told of reports of progress that are not those that were to come before a result. */
  readonly missed: (what: string) => void
}

/** Opens a session; where that is refused, or lost, the outcome says why. Never throws. */
export async function openRawSession(place: Place): Promise<RawSession | CallOutcome> {
  const params = { protocolVersion, capabilities: {}, clientInfo: { name: 'chaos', version: '1' } }
  const response = await send(place, { method: 'POST', body: bodyOf(0, 'initialize', params) })
  if ('kind' in response) return response
  const sessionId = response.headers.get('mcp-session-id')
  const outcome = await outcomeOfJson(response)
  return outcome.kind === 'result' && sessionId !== null ? createSession(place, sessionId) : outcome
}

const protocolVersion = '2025-11-25'

function createSession(place: Place, sessionId: string): RawSession {
  const sessionHeaders = { 'mcp-session-id': sessionId, 'mcp-protocol-version': protocolVersion }
  let lastRequest = 0
  const underWay = new Set<Reading>()

  async function request(asked: RawRequest): Promise<CallOutcome> {
    const reading: Reading = { lastEventId: undefined, progress: [], connection: new AbortController() }
    underWay.add(reading)
    try {
      return await ask(asked, reading)
    } finally {
      underWay.delete(reading)
    }
  }

  async function ask({ method, params, steps, dropsAfter }: RawRequest, reading: Reading): Promise<CallOutcome> {
    lastRequest += 1
    const withToken = steps === undefined ? params : { ...params, _meta: { progressToken: lastRequest } }
    const posted = await connect(reading, { method: 'POST', body: bodyOf(lastRequest, method, withToken) })
    if ('kind' in posted) return posted
    if (!isEventStream(posted)) return outcomeOfJson(posted)
    const outcome = (await readToResponse(posted, reading, dropsAfter)) ?? (await resume(reading))
    const told = reading.progress.join()
    const expected = Array.from({ length: steps ?? 0 }, (_, index) => index + 1).join()
    if (outcome.kind === 'result' && told !== expected) place.missed(`of the steps ${expected} it was told ${told}`)
    return outcome
  }

  /** Goes on after the last event seen, as often as the connection breaks, until the response or the word that nothing is left. */
  async function resume(reading: Reading): Promise<CallOutcome> {
    while (reading.lastEventId !== undefined) {
      await delay(resumeAfterMs)
      const resumed = await connect(reading, { method: 'GET', headers: { 'last-event-id': reading.lastEventId } })
      if ('kind' in resumed) continue
      if (isEventStream(resumed)) {
        const outcome = await readToResponse(resumed, reading)
        if (outcome !== undefined) return outcome
        continue
      }
      const refused = await outcomeOfJson(resumed)
      if (resumed.status === 405) return { kind: 'lost', why: 'nothing was left of its stream' }
      if (resumed.status !== 503) return refused
    }
    return { kind: 'lost', why: 'its stream broke before it could be resumed' }
  }

  async function readToResponse(response: Response, reading: Reading, dropsAfter?: number): Promise<CallOutcome | undefined> {
    for await (const { id, data } of readEvents(response)) {
      reading.lastEventId = id ?? reading.lastEventId
      if (data === '') continue
      if (id !== undefined) place.watch.saw(id)
      const message = messageSchema.parse(JSON.parse(data))
      if (message.params?.progress !== undefined) reading.progress.push(message.params.progress)
      if (message.id !== undefined) return outcomeOf(response.status, message)
      if (reading.progress.length === dropsAfter) reading.connection.abort()
    }
    return undefined
  }

  function connect(reading: Reading, init: RawInit): Promise<Response | CallOutcome> {
    reading.connection = new AbortController()
    return send(place, { ...init, headers: { ...sessionHeaders, ...init.headers }, signal: reading.connection.signal })
  }

  return {
    request,
    drop() {
      for (const { connection } of underWay) connection.abort()
    },
    async end() {
      const response = await send(place, { method: 'DELETE', headers: sessionHeaders })
      if ('kind' in response) return undefined
      // Left unread, it would keep the connection.
      await response.body?.cancel()
      return response.status
    },
  }
}

interface RawInit {
  readonly method: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal?: AbortSignal
}

interface Reading {
  lastEventId: string | undefined
  readonly progress: number[]
  /** The one that is open, or was last. */
  connection: AbortController
}

async function send({ mcpUrl, token, headWithinMs }: Place, init: RawInit): Promise<Response | CallOutcome> {
  const headers = {
    ...init.headers,
    authorization: `Bearer ${token()}`,
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
  }
  const impatience = new AbortController()
  const timer = headWithinMs === undefined ? undefined : setTimeout(() => impatience.abort(), headWithinMs)
  const signal = AbortSignal.any([impatience.signal, ...(init.signal === undefined ? [] : [init.signal])])
  try {
    return await fetch(mcpUrl, { ...init, headers, signal })
  } catch (error) {
    return { kind: 'lost', why: impatience.signal.aborted ? 'no answer began' : describeBreak(error) }
  } finally {
    clearTimeout(timer)
  }
}

/** Says what happened to a connection, by the system's name for it where there is one. */
export function describeBreak(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'AbortError') return 'the client left'
  const cause = error.cause instanceof Error ? error.cause : error
  return 'code' in cause ? String(cause.code) : cause.message
}

async function outcomeOfJson(response: Response): Promise<CallOutcome> {
  try {
    const text = await response.text()
    if (text === '') return { kind: 'error', status: response.status, message: '' }
    return outcomeOf(response.status, messageSchema.parse(JSON.parse(text)))
  } catch (error) {
    return { kind: 'lost', why: describeBreak(error) }
  }
}

function outcomeOf(status: number, { result, error }: z.output<typeof messageSchema>): CallOutcome {
  return error === undefined && status === 200 ? { kind: 'result', result } : { kind: 'error', status, message: error?.message ?? '' }
}

const messageSchema = z.object({
  id: z.union([z.string(), z.number(), z.null()]).optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
  params: z.object({ progress: z.number().optional() }).optional(),
})

function bodyOf(id: number, method: string, params: Readonly<Record<string, unknown>> | undefined): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, ...(params && { params }) })
}

function isEventStream(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/event-stream') === true
}
