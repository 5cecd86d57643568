import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '@fjmcp-broker/shared/clock'
import { errorCode } from '@fjmcp-broker/shared/error-code'
import type { Log } from '@fjmcp-broker/shared/log'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { Credentials } from '../credentials.ts'
import type { Addresses } from './addresses.ts'
import { createBodyBudget } from './body-budget.ts'
import { type ChildSession, createChildSessions, type Registration } from './child-sessions.ts'
import { createForbiddenUsers } from './forbidden-users.ts'
import { type Call, type CallDependencies, handleCall } from './handle-call.ts'
import { restoreUrls } from './restore-urls.ts'
import { type ReadSocketOwners, shareConnections } from './share-connections.ts'
import type { Upstream } from './upstream.ts'

/** Forgejo as the children know it: on loopback, with a token that is worthless elsewhere, as the user of their session. */
export interface Injector {
  /** Starts to serve on a port of loopback that the system chooses; fails with the system's name for the error. */
  listen(): Promise<Result<undefined, { readonly code: string }>>
  /** What children get as their `FORGEJO_URL`: a port on loopback and a path that cannot be guessed. Throws before `listen`. */
  readonly url: string
  /** Lets a child in, for this session or for none yet: then its token is good for Forgejo's version and nothing else. */
  register(session?: ChildSession): Registration
  /**
   * Puts the URLs that users know into a line of JSON that a child wrote: those of downloads exactly as Forgejo named them, and
   * Forgejo's own wherever the injector's stands.
   */
  restore(line: string): string
  /** Says what children are told when they ask Forgejo's version, as they do at their start; until then they are told 503. */
  setForgejoVersion(version: string): void
  /** Stops serving and breaks off what is under way. Leaves the upstream open. */
  close(): Promise<void>
}

export interface InjectorOptions {
  readonly forgejoUrl: string
  readonly upstream: Upstream
  readonly credentials: Credentials
  readonly maxBodyBytes: number
  /** How many connections children may hold open in all; one more is closed at once. */
  readonly maxConnections: number
  /** How many of those one uid may hold, where each child has its own. */
  readonly perUid?: { readonly share: number; readonly readOwners: ReadSocketOwners } | undefined
  /** Sent to Forgejo for a child that names no agent. */
  readonly userAgent: string
  readonly clock: Clock
  readonly randomBytes: (count: number) => Uint8Array
  readonly log: Log
}

/** How many of the largest bodies may be under way. */
const mostBodies = 16

export function createInjector(options: InjectorOptions): Injector {
  const { forgejoUrl, randomBytes } = options
  const path = `/fjb-${randomBytes(16).toBase64({ alphabet: 'base64url', omitPadding: true })}`
  const sessions = createChildSessions(randomBytes)
  let forgejoVersion: string | undefined
  let serving: { readonly addresses: Addresses; readonly dependencies: CallDependencies } | undefined
  const server = createServer(serve).on('checkContinue', (request, response) => {
    // Whoever is refused before sending a body may send it or not: what would follow on the connection could be either.
    response.shouldKeepAlive = false
    serve(request, response)
  })
  server.maxConnections = options.maxConnections
  // Children keep connections for 90 s and must be the ones to end them, or a request may meet a connection that is being closed.
  server.keepAliveTimeout = 600_000

  return {
    async listen() {
      try {
        await once(server.listen(0, '127.0.0.1'), 'listening')
      } catch (error) {
        return err({ code: errorCode(error) ?? String(error) })
      }
      const { port } = server.address() as AddressInfo
      if (options.perUid !== undefined) shareConnections(server, { ...options.perUid, port })
      const addresses = { forgejoUrl, injectorUrl: `http://127.0.0.1:${port}${path}` }
      const bounds = { forgejoUrl, forgejoPath: new URL(forgejoUrl).pathname.replace(/\/$/, ''), injectorPath: path }
      const noticeForbidden = createForbiddenUsers({ ...options, path: `${bounds.forgejoPath}/api/v1/user` })
      const bodies = createBodyBudget(mostBodies * options.maxBodyBytes)
      const own = { addresses, bounds, sessions, bodies, forgejoVersion: () => forgejoVersion, noticeForbidden, ...observe(options) }
      serving = { addresses, dependencies: { ...options, ...own } }
      return ok(undefined)
    },
    get url() {
      if (serving === undefined) throw new Error('The injector does not listen yet')
      return serving.addresses.injectorUrl
    },
    register: (session) => sessions.register(session),
    restore(line) {
      return serving === undefined ? line : restoreUrls(line, serving.addresses)
    },
    setForgejoVersion(version) {
      forgejoVersion = version
    },
    async close() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    // A write to a child that is gone.
    response.on('error', () => response.destroy())
    if (serving === undefined) return
    handleCall(serving.dependencies, request, response).catch((error: unknown) => {
      options.log.error('injector_failed', { error: error instanceof Error ? error.name : typeof error })
      response.destroy()
    })
  }
}

/** Logs each call when it is over; its status is null where the child got none. Neither queries nor headers are logged, nor what the path names: they may hold what is private. */
function observe({ clock, log }: InjectorOptions): Pick<CallDependencies, 'began' | 'upstreamFailed'> {
  return {
    began({ child, request, response }: Call) {
      const startedAtMs = clock()
      child.calls.add(response)
      response.on('close', () => {
        child.calls.delete(response)
        log.debug('api_request_served', {
          session: child.session?.key,
          method: request.method ?? '',
          status: response.headersSent ? response.statusCode : null,
          durationMs: clock() - startedAtMs,
          path: loggedPath(request.url ?? ''),
        })
      })
    },
    upstreamFailed({ child }, { reason, code }) {
      if (reason !== 'aborted') log.warn('forgejo_request_failed', { session: child.session?.key, reason, code })
    },
  }
}

/** Of what kind it is, such as `/api/v1/repos…`: no query, and nothing of what users, repositories and files are called. */
function loggedPath(target: string): string {
  const path = target.replace(/^\/[^/]*/, '')
  const kind = /^\/(?:dl\/|foreign\/|api\/v1\/[a-z]+(?![^/?]))?/.exec(path)?.[0] ?? ''
  return kind.length < path.length ? `${kind}…` : kind
}
