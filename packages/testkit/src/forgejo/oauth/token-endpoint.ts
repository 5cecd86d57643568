import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { Hono } from 'hono'
import type { ForgejoState } from '../state.ts'
import { type Application, isConfidential } from './applications.ts'
import { type ClientCredentials, readClientCredentials } from './authenticate-client.ts'
import { acceptsVerifier } from './codes.ts'
import type { Grant } from './grants.ts'
import type { TokenReply } from './tokens.ts'

type State = Pick<ForgejoState, 'applications' | 'codes' | 'grants' | 'tokens' | 'holds' | 'journal'>

interface TokenError {
  readonly error: string
  readonly error_description: string
}

type TokenResult = Result<TokenReply, TokenError>

/** `POST /login/oauth/access_token`: every refusal is an HTTP 400 with a code of Forgejo's own choice. */
export function tokenEndpoint(state: State): Hono {
  const app = new Hono()
  app.post('/login/oauth/access_token', async (c) => {
    const form = new URLSearchParams(await c.req.text())
    if (form.get('grant_type') === 'refresh_token') state.journal.recordRefreshAsked()
    await state.holds.waitAt('request')
    const client = readClientCredentials(form, c.req.header('authorization') ?? null)
    const result = client.ok ? await grantTokens(state, form, client.value) : refuse('invalid_request', client.error)
    await state.holds.waitAt('answer')
    return result.ok ? c.json(result.value) : c.json(result.error, 400)
  })
  return app
}

async function grantTokens(state: State, form: URLSearchParams, client: ClientCredentials): Promise<TokenResult> {
  switch (form.get('grant_type') ?? '') {
    case 'refresh_token':
      return await refresh(state, form, client)
    case 'authorization_code':
      return await exchangeCode(state, form, client)
    default:
      return refuse('unsupported_grant_type', 'Only refresh_token or authorization_code grant type is supported')
  }
}

async function exchangeCode(state: State, form: URLSearchParams, client: ClientCredentials): Promise<TokenResult> {
  const application = state.applications.find(client.clientId)
  if (application === undefined) return refuse('invalid_client', `cannot load client with client id: '${client.clientId}'`)
  const wrongSecret = findSecretProblem(application, client)
  if (wrongSecret !== undefined) return refuse('unauthorized_client', wrongSecret)
  const redirectUri = form.get('redirect_uri') ?? ''
  if (redirectUri !== '' && !application.redirectUris.includes(redirectUri)) {
    return refuse('unauthorized_client', 'unexpected redirect URI')
  }
  const presented = form.get('code') ?? ''
  const code = state.codes.find(presented)
  const grant = code === undefined ? undefined : state.grants.byId(code.grantId)
  if (code === undefined || grant === undefined) return refuse('unauthorized_client', 'client is not authorized')
  if (!acceptsVerifier(code, form.get('code_verifier') ?? '')) return refuse('unauthorized_client', 'failed PKCE code challenge')
  if (grant.clientId !== application.clientId) return refuse('invalid_grant', 'invalid grant')
  state.codes.useUp(presented)
  return await issueTokens(state, grant)
}

async function refresh(state: State, form: URLSearchParams, client: ClientCredentials): Promise<TokenResult> {
  const application = state.applications.find(client.clientId)
  if (application === undefined) return refuse('invalid_client', `cannot load client with client id: "${client.clientId}"`)
  const wrongSecret = findSecretProblem(application, client)
  if (wrongSecret !== undefined) return refuse('invalid_client', wrongSecret)
  const token = state.tokens.readRefreshToken(form.get('refresh_token') ?? '')
  if (token === undefined) return refuse('unauthorized_client', 'unable to parse refresh token')
  const grant = state.grants.byId(token.grantId)
  if (grant === undefined) return refuse('invalid_grant', 'grant does not exist')
  if (grant.counter !== token.counter) return refuse('unauthorized_client', 'token was already used')
  const reply = await issueTokens(state, grant)
  if (reply.ok) state.journal.recordRefreshSucceeded()
  return reply
}

async function issueTokens({ grants, tokens, holds }: State, grant: Grant): Promise<TokenResult> {
  const wait = holds.waitAt('counter')
  if (wait !== undefined) await wait
  const raised = grants.raiseCounter(grant.id, grant.counter)
  return raised === undefined ? refuse('invalid_grant', 'cannot increase the grant counter') : ok(tokens.issue(raised))
}

function findSecretProblem(application: Application, { clientSecret }: ClientCredentials): string | undefined {
  if (!isConfidential(application) || clientSecret === application.clientSecret) return undefined
  return clientSecret === '' ? 'invalid empty client secret' : 'invalid client secret'
}

function refuse(error: string, description: string): TokenResult {
  return err({ error, error_description: description })
}
