import { hash } from 'node:crypto'
import type { Fetch } from '@fjmcp-broker/shared/fetch'

export interface TokenReply {
  readonly access_token: string
  readonly refresh_token: string
  readonly token_type: string
  readonly expires_in: number
  readonly scope: string
}

/** A registered MCP client without a user interface: what it sends is in the test's hands. */
export interface OAuthClient {
  readonly id: string
  /** Present when its metadata asked for one. */
  readonly secret: string | undefined
  readonly redirectUri: string
  /** Where it sends the browser; a change to `undefined` leaves that parameter out. */
  authorizeUrl(changes?: Readonly<Record<string, string | undefined>>): string
  exchange(code: string, changes?: Readonly<Record<string, string>>): Promise<Response>
  refresh(refreshToken: string, changes?: Readonly<Record<string, string>>): Promise<Response>
}

/** Of all these clients. */
export const codeVerifier = 'a-verifier-that-only-this-client-knows-of-course'
const redirectUri = 'https://client.example/callback'

/** Registers a client. Throws when it is refused. */
export async function createOAuthClient({
  fetch,
  publicUrl,
  metadata,
}: {
  readonly fetch: Fetch
  readonly publicUrl: string
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}): Promise<OAuthClient> {
  const registered = await register({
    fetch,
    publicUrl,
    metadata: { client_name: 'Test Client', redirect_uris: [redirectUri], ...metadata },
  })
  if (registered.status !== 201) throw new Error(`the client was not registered: ${await registered.text()}`)
  const { client_id: id, client_secret: secret, redirect_uris, ...rest } = (await registered.json()) as Registered
  const ownRedirectUri = redirect_uris[0] ?? redirectUri
  const isBasic = rest.token_endpoint_auth_method === 'client_secret_basic'
  const headers: Readonly<Record<string, string>> = isBasic && secret !== undefined ? { authorization: basic(id, secret) } : {}
  const credentials: Readonly<Record<string, string>> = { client_id: id, ...(secret === undefined ? {} : { client_secret: secret }) }
  const post = async (form: Readonly<Record<string, string>>) =>
    fetch(
      new Request(`${publicUrl}/oauth/token`, {
        method: 'POST',
        headers,
        body: new URLSearchParams({ ...(isBasic ? {} : credentials), ...form }),
      }),
    )
  return {
    id,
    secret,
    redirectUri: ownRedirectUri,
    authorizeUrl(changes = {}) {
      const url = new URL(`${publicUrl}/oauth/authorize`)
      const parameters: Readonly<Record<string, string | undefined>> = {
        response_type: 'code',
        client_id: id,
        redirect_uri: ownRedirectUri,
        state: 'the client’s own state',
        scope: 'read write full',
        code_challenge: hash('sha256', codeVerifier, 'base64url'),
        code_challenge_method: 'S256',
        resource: `${publicUrl}/mcp`,
        ...changes,
      }
      for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value)
      return url.href
    },
    exchange: (code, changes = {}) =>
      post({
        grant_type: 'authorization_code',
        code,
        code_verifier: codeVerifier,
        redirect_uri: ownRedirectUri,
        resource: `${publicUrl}/mcp`,
        ...changes,
      }),
    refresh: (refreshToken, changes = {}) =>
      post({ grant_type: 'refresh_token', refresh_token: refreshToken, resource: `${publicUrl}/mcp`, ...changes }),
  }
}

/** The header of a client that authenticates by HTTP Basic. */
export function basic(id: string, secret: string): string {
  return `Basic ${btoa(`${id}:${secret}`)}`
}

interface Registered {
  readonly client_id: string
  readonly client_secret?: string
  readonly token_endpoint_auth_method: string
  readonly redirect_uris: readonly string[]
}

export async function register({
  fetch,
  publicUrl,
  metadata,
}: {
  readonly fetch: Fetch
  readonly publicUrl: string
  readonly metadata: unknown
}): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(new Request(`${publicUrl}/oauth/register`, { method: 'POST', headers, body: JSON.stringify(metadata) }))
}
