import { createHash, randomBytes } from 'node:crypto'
import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import type { Fetch, Peer } from '@fjmcp-broker/shared/fetch'
import { createNewId } from '@fjmcp-broker/shared/id'
import type { Log, LogFields } from '@fjmcp-broker/shared/log'
import { err, ok } from '@fjmcp-broker/shared/result'
import { Hono } from 'hono'
import { parseGatewaySettings } from '../../src/config.ts'
import type { GatewayEnv } from '../../src/hono-env.ts'
import { createSecrets } from '../../src/domain/oauth/secrets.ts'
import type { AccessTokenRejection, AccessTokens } from '../../src/memory/access-tokens.ts'
import { createChildCatalogueMemory } from '../../src/memory/child-catalogue.ts'
import { createLiveSessions, type LiveSessions } from '../../src/memory/live-sessions.ts'
import { createRateLimits } from '../../src/memory/rate-limits.ts'
import { createOpenInSessions } from '../../src/memory/open-in-sessions.ts'
import { createOpenAnswers, type OpenAnswers } from '../../src/memory/open-answers.ts'
import { createSessionDescriptions } from '../../src/memory/session-descriptions.ts'
import type { McpTimings } from '../../src/routes/mcp/server.ts'
import { mcpRoutes } from '../../src/routes/mcp.ts'
import type { AccessToken } from '../../src/store/token-store.ts'
import { type GatewayProbe, silentProbe } from '../../src/probe.ts'
import type { Session, SessionStore } from '../../src/store/session-store.ts'
import { createScriptedRunner, type ScriptedRunner } from './scripted-runner.ts'

export const publicUrl = 'https://broker.test'
export const mcpUrl = `${publicUrl}/mcp`

/** The MCP endpoint alone, with a scripted runner and tokens that a test makes. */
export interface McpEndpoint {
  readonly fetch: Fetch
  readonly runner: ScriptedRunner
  readonly sessions: LiveSessions
  readonly openAnswers: OpenAnswers
  readonly rows: Map<string, Session>
  readonly touched: string[][]
  readonly logged: LogLine[]
  /** The first line of this event, once there is one. */
  untilLogged(event: string): Promise<LogLine>
  /** What every token stands for; a test may change it. */
  readonly tokens: Map<string, AccessToken | AccessTokenRejection['reason']>
  /** Makes a token of a user; the client is the user's own. */
  token(user: string, accessLevel?: AccessLevel): string
  post(message: unknown, as: Caller): Promise<Response>
  get(as: Caller): Promise<Response>
  /** Opens a session; resolves to a caller in it. */
  open(token: string, protocolVersion?: string): Promise<SessionCaller>
}

export type LogLine = LogFields & { readonly event: string }

/** Who calls, and with what besides. */
export interface Caller {
  readonly token?: string
  readonly session?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** What stands at the other end; without one, answers are taken as read. */
  readonly peer?: Peer
}

export interface SessionCaller extends Caller {
  readonly token: string
  readonly session: string
}

export function createMcpEndpoint({ timings = {}, environment = {}, store = {}, probe = {} }: McpEndpointOptions = {}): McpEndpoint {
  const parsed = parseGatewaySettings({ ...requiredSettings, ...environment })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  const settings = parsed.value
  const runner = createScriptedRunner()
  const rows = new Map<string, Session>()
  const touched: string[][] = []
  const { log, logged, untilLogged } = createRecordingLog()
  const tokens = new Map<string, AccessToken | AccessTokenRejection['reason']>()
  const clock = () => 1_000
  const sessionStore = { ...memorySessions(rows, touched), ...store }
  const openInSessions = createOpenInSessions()
  const limits = settings.sessionLimits
  const sessions = createLiveSessions({
    store: { sessions: sessionStore },
    openInSessions,
    limits,
    clock,
    log,
    touchIntervalMs: 3_600_000,
  })
  const secrets = createSecrets({ randomBytes, sha256: (text) => createHash('sha256').update(text).digest() })
  const accessTokens: AccessTokens = {
    async check(token) {
      const found = tokens.get(token) ?? 'unknown_token'
      return typeof found === 'string' ? err({ reason: found }) : ok(found)
    },
    forgetUser() {},
    forgetWhere() {},
  }
  const openAnswers = createOpenAnswers()
  const app = new Hono<GatewayEnv>().route(
    '/mcp',
    mcpRoutes({
      settings,
      runner,
      clock,
      newId: createNewId(clock),
      secrets,
      log,
      probe: { ...silentProbe, ...probe },
      accessTokens,
      sessions,
      descriptions: createSessionDescriptions({ runner }, limits.inAll),
      openAnswers,
      openInSessions,
      catalogue: createChildCatalogueMemory({ runner }, 1),
      limits: createRateLimits({ settings, clock, log, probe: silentProbe }),
      addressOf: () => undefined,
      timings,
      waitUntil() {},
      stopping: new AbortController().signal,
    }),
  )
  const fetch: Fetch = (request, peer) => app.fetch(request, { peer })

  async function post(message: unknown, { signal, peer, ...caller }: Caller): Promise<Response> {
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headersOf(caller) }
    const body = typeof message === 'string' ? message : JSON.stringify(message)
    return fetch(new Request(mcpUrl, { method: 'POST', headers, body, signal: signal ?? null }), peer)
  }

  return {
    fetch,
    runner,
    sessions,
    openAnswers,
    rows,
    touched,
    logged,
    untilLogged,
    tokens,
    token(user, accessLevel = 'full') {
      const token = `token-of-${user}-${tokens.size}`
      tokens.set(token, {
        familyId: `fam_${user}`,
        grantId: `gra_${user}`,
        clientId: `cli_${user}`,
        userId: `usr_${user}`,
        accessLevel,
        resource: mcpUrl,
        credentialState: 'live',
        expiresAtMs: Number.MAX_SAFE_INTEGER,
      })
      return token
    },
    post,
    get: async ({ signal, ...caller }) =>
      fetch(new Request(mcpUrl, { headers: { accept: 'text/event-stream', ...headersOf(caller) }, signal: signal ?? null })),
    async open(token, protocolVersion = '2025-11-25') {
      const response = await post(initializeRequest(protocolVersion), { token })
      const session = response.headers.get('mcp-session-id')
      if (session === null) throw new Error(`No session: ${response.status} ${await response.text()}`)
      return { token, session }
    },
  }
}

interface McpEndpointOptions {
  readonly timings?: Partial<McpTimings>
  readonly environment?: Readonly<Record<string, string>>
  readonly store?: Partial<SessionStore>
  readonly probe?: Partial<GatewayProbe>
}

const requiredSettings = {
  FJMCP_BROKER_PUBLIC_URL: publicUrl,
  FORGEJO_URL: 'https://forgejo.test',
  FORGEJO_OAUTH_CLIENT_ID: 'client-id',
  FORGEJO_OAUTH_CLIENT_SECRET: 'client-secret',
}

export function initializeRequest(protocolVersion = '2025-11-25') {
  return {
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: { protocolVersion, capabilities: { roots: {} }, clientInfo: { name: 'test', version: '1' } },
  }
}

/** A call of a tool, by default one that reads. */
export function toolCall(id: number | string, name = 'get_issue_by_index', args: Record<string, unknown> = {}) {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } }
}

function headersOf({ token, session, headers }: Caller): Record<string, string> {
  return {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(session !== undefined && { 'mcp-session-id': session }),
    ...headers,
  }
}

function memorySessions(rows: Map<string, Session>, touched: string[][]): SessionStore {
  return {
    async insert(session) {
      rows.set(session.hash, session)
      return []
    },
    find: async (hash) => rows.get(hash),
    count: async () => rows.size,
    async setLogLevel(id, logLevel) {
      for (const row of rows.values()) if (row.id === id) rows.set(row.hash, { ...row, logLevel })
    },
    async end(id) {
      const row = rows.values().find((row) => row.id === id)
      return row !== undefined && rows.delete(row.hash)
    },
    endOf: async () => [],
    endIdle: async () => [],
    countByUser: async () => [],
    async touch(uses) {
      touched.push(uses.map(({ sessionId }) => sessionId))
    },
  }
}

function createRecordingLog() {
  const logged: LogLine[] = []
  const waiting: { readonly event: string; readonly resolve: (line: LogLine) => void }[] = []
  const write = (event: string, fields: LogFields = {}) => {
    const line = { ...fields, event }
    logged.push(line)
    for (const waiter of waiting) if (waiter.event === event) waiter.resolve(line)
  }
  const log: Log = { debug: write, info: write, warn: write, error: write }
  const untilLogged = (event: string): Promise<LogLine> => {
    const { promise, resolve } = Promise.withResolvers<LogLine>()
    const line = logged.find((line) => line.event === event)
    if (line === undefined) waiting.push({ event, resolve })
    else resolve(line)
    return promise
  }
  return { log, logged, untilLogged }
}
