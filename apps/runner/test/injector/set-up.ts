import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import type { CredentialRejection, SessionKey } from '@fjmcp-broker/shared/runner/runner'
import { onTestFinished } from 'vitest'
import { createCredentials } from '../../src/credentials.ts'
import { createInjector } from '../../src/injector/injector.ts'
import { createUndiciUpstream } from '../../src/injector/undici-upstream.ts'

/** What the fake API received. */
export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** Names the user by the token: `Bearer alice-1` is alice's of generation 1. */
  readonly authorization: string
}

export type Api = (received: Received, response: ServerResponse) => void | Promise<void>

export const maxBodyBytes = 65_536

interface SetUpOptions {
  /** The path below which the API lives. */
  readonly path?: string
  readonly maxConnections?: number
  /** Hears of each line of the log. */
  readonly onLogged?: (line: string) => void
}

/** A real server that plays an API, and an injector in front of it that speaks real HTTP with it. All end with the test. */
export async function setUp(api: Api, { path = '', maxConnections = 100, onLogged }: SetUpOptions = {}) {
  const received: Received[] = []
  const origin = await serve(async (request, response) => {
    const { method = '', url = '', headers } = request
    const one = { method, url, headers, body: await text(request), authorization: headers.authorization ?? '' }
    received.push(one)
    await api(one, response)
  })
  const timers: (() => void)[] = []
  const credentials = createCredentials({
    schedule: (_, task) => {
      timers.push(task)
      return () => timers.splice(timers.indexOf(task), 1)
    },
  })
  const rejections: CredentialRejection[] = []
  credentials.onRejected((rejection) => rejections.push(rejection))
  const logged: string[] = []
  const write = (event: string, fields?: object) => {
    const line = JSON.stringify({ event, ...fields })
    logged.push(line)
    onLogged?.(line)
  }
  const forgejoUrl = origin + path
  const upstream = createUndiciUpstream({ forgejoUrl })
  const injector = createInjector({
    forgejoUrl,
    upstream,
    credentials,
    maxBodyBytes,
    maxConnections,
    userAgent: 'broker/1',
    clock: () => 0,
    randomBytes,
    log: { debug: write, info: write, warn: write, error: write },
  })
  await injector.listen()
  onTestFinished(async () => {
    await injector.close()
    await upstream.close()
  })

  return { forgejoUrl, received, credentials, rejections, timers, injector, logged, child }

  /** Registers a session of this user, and asks in its child's name. */
  function child(userId: string, accessLevel: AccessLevel = 'full') {
    const key: SessionKey = `s:${userId}`
    let deaths = 0
    const registration = injector.register({ key, userId, accessLevel, credentialDied: () => (deaths += 1) })
    return {
      ...registration,
      deaths: () => deaths,
      ask: (path: string, init: RequestInit = {}) => ask(path.startsWith('http') ? path : injector.url + path, registration.token, init),
    }
  }
}

export function ask(url: string, token: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  if (!headers.has('authorization')) headers.set('authorization', `token ${token}`)
  return fetch(url, { redirect: 'manual', ...init, headers })
}

/** Starts a server on loopback that ends with the test; returns its origin. */
export async function serve(listener: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>): Promise<string> {
  const server = createServer((request, response) => void listener(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Sends these bytes and returns all that comes back until the connection ends. */
export async function sendRaw(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.end(bytes)
  return text(socket)
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' }).end(JSON.stringify(value))
}
