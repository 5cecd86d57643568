import { type Context, Hono } from 'hono'
import { authorizationFailedPage, consentPage } from '../pages.ts'
import type { ForgejoState } from '../state.ts'
import { sendToLogin, signedInSession } from '../web-login.ts'
import type { WebSession } from '../web-sessions.ts'
import { type Application, isConfidential } from './applications.ts'
import type { Grant } from './grants.ts'

type State = Pick<ForgejoState, 'applications' | 'grants' | 'codes' | 'sessions' | 'accounts'>

interface AuthorizationRequest {
  readonly clientId: string
  readonly redirectUri: string
  readonly responseType: string
  readonly state: string
  readonly scope: string
  readonly nonce: string
  readonly challenge: string
  readonly challengeMethod: string
}

/** `/login/oauth/authorize` and the post of its consent page, `/login/oauth/grant`. */
export function authorizeRoutes(state: State): Hono {
  const app = new Hono()
  app.get('/login/oauth/authorize', (c) => {
    const session = signedInSession(c, state)
    if (session === undefined) return sendToLogin(c)
    const request = readRequest(c)
    const application = state.applications.find(request.clientId)
    if (application === undefined) return c.html(authorizationFailedPage('Client ID not registered'), 400)
    if (!hasRedirectUri(application, request.redirectUri)) return c.html(authorizationFailedPage('Unregistered Redirect URI'), 400)
    const problem = findProblem(application, request)
    if (problem !== undefined) return redirectWithError(c, request, problem)
    const grant = state.grants.find(session.accountId, application.clientId)
    // The grant keeps its first scope, whatever this request asks for.
    if (grant !== undefined && isConfidential(application)) return redirectWithCode(c, request, issueCode(state, grant, request))
    session.pendingConsent = request
    return c.html(consentPage({ ...request, applicationName: application.name ?? application.clientId }))
  })
  app.post('/login/oauth/grant', async (c) => {
    const session = signedInSession(c, state)
    if (session === undefined) return sendToLogin(c)
    return decide({ c, state, session, form: new URLSearchParams(await c.req.text()) })
  })
  return app
}

function decide({ c, state, session, form }: { c: Context; state: State; session: WebSession; form: URLSearchParams }): Response {
  const pending = session.pendingConsent
  const agrees =
    form.get('client_id') === pending?.clientId && form.get('state') === pending?.state && form.get('redirect_uri') === pending?.redirectUri
  if (pending === undefined || !agrees) return c.text('Bad Request', 400)
  if (form.get('granted') !== 'true') return redirectWithError(c, pending, ['access_denied', 'the request is denied'])
  const scope = form.get('scope') ?? ''
  const existing = state.grants.find(session.accountId, pending.clientId)
  if (existing !== undefined && existing.scope !== scope) {
    return redirectWithError(c, pending, ['server_error', 'a grant exists with different scope'])
  }
  const grant = existing ?? state.grants.create({ userId: session.accountId, clientId: pending.clientId, scope })
  return redirectWithCode(c, pending, issueCode(state, grant, pending))
}

function readRequest(c: Context): AuthorizationRequest {
  const field = (name: string): string => c.req.query(name) ?? ''
  return {
    clientId: field('client_id'),
    redirectUri: field('redirect_uri'),
    responseType: field('response_type'),
    state: field('state'),
    scope: field('scope'),
    nonce: field('nonce'),
    challenge: field('code_challenge'),
    challengeMethod: field('code_challenge_method'),
  }
}

type Problem = readonly [error: string, description: string]

function findProblem(application: Application, { responseType, challengeMethod }: AuthorizationRequest): Problem | undefined {
  if (responseType !== 'code') return ['unsupported_response_type', 'Only code response type is supported.']
  if (challengeMethod === '' && !isConfidential(application)) return ['invalid_request', 'PKCE is required for public clients']
  if (!['', 'S256', 'plain'].includes(challengeMethod)) return ['invalid_request', 'unsupported code challenge method']
  return undefined
}

/** Exact, but for the port of a public client's loopback address (RFC 8252 §7.3). */
function hasRedirectUri(application: Application, redirectUri: string): boolean {
  if (application.redirectUris.includes(redirectUri)) return true
  const url = URL.parse(redirectUri)
  if (isConfidential(application) || url === null || !['127.0.0.1', '[::1]'].includes(url.hostname)) return false
  url.port = ''
  return application.redirectUris.includes(url.href)
}

function issueCode(state: State, grant: Grant, request: Pick<AuthorizationRequest, 'challenge' | 'challengeMethod'>): string {
  return state.codes.issue({ grantId: grant.id, challenge: request.challenge, challengeMethod: request.challengeMethod })
}

type Return = Pick<AuthorizationRequest, 'redirectUri' | 'state'>

function redirectWithCode(c: Context, { redirectUri, state }: Return, code: string): Response {
  return redirectWith(c, redirectUri, { code, state })
}

function redirectWithError(c: Context, { redirectUri, state }: Return, [error, description]: Problem): Response {
  return redirectWith(c, redirectUri, { error, error_description: description, state })
}

function redirectWith(c: Context, redirectUri: string, parameters: Readonly<Record<string, string>>): Response {
  const url = new URL(redirectUri)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return c.redirect(url.href, 303)
}
