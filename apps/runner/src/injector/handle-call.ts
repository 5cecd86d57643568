import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Credentials } from '../credentials.ts'
import type { Addresses } from './addresses.ts'
import {
  bodyTooLarge,
  credentialDead,
  credentialLate,
  formRefused,
  noRoom,
  refusedAgain,
  respond,
  sendJson,
  unauthorized,
  upstreamFailed,
  versionUnknown,
} from './answer.ts'
import type { CallingChild, ChildSession, ChildSessions } from './child-sessions.ts'
import type { BodyBudget } from './body-budget.ts'
import { type BodySink, deliver } from './deliver.ts'
import { mayHoldFormFields } from './form-fields.ts'
import { forward } from './forward.ts'
import type { NoticeForbidden } from './forbidden-users.ts'
import { toForgejoHeaders } from './headers.ts'
import { readBody } from './read-body.ts'
import { type Route, type RouteBounds, routeRequest } from './route-request.ts'
import type { Upstream, UpstreamFailure, UpstreamRequest } from './upstream.ts'

export interface CallDependencies {
  readonly addresses: Addresses
  readonly bounds: RouteBounds
  readonly sessions: ChildSessions
  readonly credentials: Credentials
  readonly upstream: Upstream
  readonly maxBodyBytes: number
  readonly bodies: BodyBudget
  /** Sent for a child that names no agent. */
  readonly userAgent: string
  readonly forgejoVersion: () => string | undefined
  /** Called with each call of a known child before anything else happens to it. */
  readonly began: (call: Call) => void
  readonly upstreamFailed: (call: Call, failure: UpstreamFailure) => void
  readonly noticeForbidden: NoticeForbidden
}

/** One request of a known child. */
export interface Call {
  readonly child: CallingChild
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** Serves one request: to a child with a valid token what its session may have of Forgejo, to one without a session its version, to anybody else nothing. */
export async function handleCall(dependencies: CallDependencies, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const child = dependencies.sessions.find(request.headers.authorization)
  if (child === undefined) return respond(response, unauthorized)
  const { session } = child
  const call: Call = { child, request, response }
  dependencies.began(call)
  const route = routeRequest(
    { method: request.method ?? '', target: request.url ?? '', accessLevel: session?.accessLevel ?? 'read' },
    dependencies.bounds,
  )
  if (!route.ok) return respond(response, route.error)
  if (route.value.kind === 'version') return respondWithVersion(response, dependencies.forgejoVersion())
  if (session === undefined) return respond(response, unauthorized)
  const room = dependencies.bodies.open(session.userId)
  // The body is kept until then: it may have to be sent once more.
  response.once('close', () => room.close())
  const body = await readBody({ request, response, maxBytes: dependencies.maxBodyBytes, take: (bytes) => room.take(bytes) })
  if (!body.ok) {
    if (body.error.reason === 'too_large') respond(response, bodyTooLarge(dependencies.maxBodyBytes))
    if (body.error.reason === 'no_room') respond(response, noRoom)
    return
  }
  if (mayHoldFormFields(request.headers['content-type'], body.value)) return respond(response, formRefused)
  return forwardCall(dependencies, { ...call, session }, { ...route.value, body: body.value })
}

function respondWithVersion(response: ServerResponse, version: string | undefined): void {
  if (version === undefined) respond(response, versionUnknown)
  else sendJson(response, { status: 200, body: { version } })
}

/** A request of a child that a session has. */
type SessionCall = Call & { readonly session: ChildSession }

type ForwardedRoute = Extract<Route, { readonly path: string }> & { readonly body: Uint8Array | null }

async function forwardCall(dependencies: CallDependencies, call: SessionCall, route: ForwardedRoute): Promise<void> {
  const { credentials } = dependencies
  const { session, response } = call
  const headers = toForgejoHeaders({
    headers: call.request.headers,
    rewritable: route.kind === 'api',
    userAgent: dependencies.userAgent,
  })
  const outcome = await forward({
    credentials,
    userId: session.userId,
    isGone: () => response.destroyed,
    attempt: (accessToken) => attempt(dependencies, call, { ...route, headers, accessToken }),
  })
  if (outcome === 'credential_dead') {
    session.credentialDied()
    respond(response, credentialDead)
  } else if (outcome === 'credential_late') respond(response, credentialLate)
  else if (outcome === 'refused_again') respond(response, refusedAgain)
}

type Attempt = ForwardedRoute & { readonly headers: UpstreamRequest['headers']; readonly accessToken: string }

/** Sends a request once. Resolves when the child has its answer or is gone, or when Forgejo has refused the token. */
function attempt(
  dependencies: CallDependencies,
  call: SessionCall,
  { kind, path, body, headers, accessToken }: Attempt,
): Promise<'answered' | 'unauthorized'> {
  const { addresses, upstream, noticeForbidden } = dependencies
  const { session, response } = call
  const authorization = `Bearer ${accessToken}`
  const request = { method: call.request.method ?? '', path, headers: { ...headers, authorization }, body }
  return new Promise((resolve) => {
    let sink: BodySink | undefined
    const settle = (outcome: 'answered' | 'unauthorized') => {
      response.off('close', giveUp)
      response.off('drain', resume)
      resolve(outcome)
    }
    const sent = upstream.send(request, {
      head(head) {
        if (head.status === 403) noticeForbidden({ userId: session.userId, authorization })
        if (head.status !== 401) sink = deliver({ head, kind, path, response, addresses })
      },
      data: (chunk) => sink?.data(chunk) ?? true,
      end() {
        sink?.end()
        settle(sink === undefined ? 'unauthorized' : 'answered')
      },
      failed(failure) {
        dependencies.upstreamFailed(call, failure)
        if (response.headersSent) response.destroy()
        else respond(response, upstreamFailed(failure, new URL(addresses.forgejoUrl).host))
        settle('answered')
      },
    })
    function giveUp() {
      sent.abort()
    }
    function resume() {
      sent.resume()
    }
    response.on('close', giveUp)
    response.on('drain', resume)
  })
}
