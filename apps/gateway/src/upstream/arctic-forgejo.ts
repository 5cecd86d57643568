import type { Clock } from '@fjmcp-broker/shared/clock'
import { err, ok } from '@fjmcp-broker/shared/result'
import { Gitea } from 'arctic'
import { z } from 'zod'
import { askJson } from './ask-json.ts'
import type { Forgejo, ForgejoIdentity } from './forgejo.ts'
import { createTokenEndpoint } from './token-endpoint.ts'

export interface ForgejoOptions {
  /** Without a trailing slash. */
  readonly forgejoUrl: string
  readonly clientId: string
  readonly clientSecret: string
  /** Our callback, as registered at Forgejo. */
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly clock: Clock
  /** How long a question may take that can be asked again; 10 s where none is given. */
  readonly waitMs?: number
  /** How long a request for tokens may take; 5 min where none is given, enough for a Forgejo that is only slow. */
  readonly tokenWaitMs?: number
}

/** Forgejo over HTTP. */
export function createForgejo({
  forgejoUrl,
  clientId,
  clientSecret,
  redirectUri,
  scopes,
  clock,
  waitMs = 10_000,
  tokenWaitMs = 300_000,
}: ForgejoOptions): Forgejo {
  const gitea = new Gitea(forgejoUrl, clientId, clientSecret, redirectUri)
  // Forgejo takes both parts as they are, although RFC 6749 §2.3.1 has them percent-encoded.
  const authorization = `Basic ${new TextEncoder().encode(`${clientId}:${clientSecret}`).toBase64()}`
  const askForTokens = createTokenEndpoint({
    url: `${forgejoUrl}/login/oauth/access_token`,
    authorization,
    clock,
    waitMs: tokenWaitMs,
  })
  return {
    authorizationUrl: ({ state, codeVerifier }) => gitea.createAuthorizationURL(state, codeVerifier, [...scopes]),
    exchangeCode: ({ code, codeVerifier }) =>
      askForTokens({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: codeVerifier }),
    refresh: (refreshToken) => askForTokens({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    async identify(accessToken) {
      const url = `${forgejoUrl}/login/oauth/userinfo`
      const answer = await askJson({ url, schema: userinfo, authorization: `Bearer ${accessToken}`, waitMs })
      return answer.ok ? ok<ForgejoIdentity>({ sub: answer.value.sub, login: answer.value.preferred_username }) : answer
    },
    async scopesOf(accessToken) {
      const url = `${forgejoUrl}/login/oauth/introspect`
      const answer = await askJson({ url, schema: introspection, authorization, form: { token: accessToken }, waitMs })
      if (!answer.ok) return answer
      const { active, scope } = answer.value
      return active ? ok(scope.split(/[\s,]+/).filter((name) => name !== '')) : err({ reason: 'token_refused', detail: 'not active' })
    },
    async version(accessToken) {
      const url = `${forgejoUrl}/api/v1/version`
      const authorization = accessToken === undefined ? undefined : `Bearer ${accessToken}`
      const answer = await askJson({ url, schema: versionReply, authorization, waitMs })
      return answer.ok ? ok(answer.value.version) : answer
    },
  }
}

/** Text that can be stored, logged and shown: no control, format or surrogate characters. */
const plainText = z.string().regex(/^\P{C}{1,255}$/u)

const userinfo = z.object({
  sub: z.union([plainText, z.number().int().transform(String)]),
  preferred_username: plainText,
})

/**
 * Forgejo leaves out a scope that is empty.
 *
 * @see RFC 7662 §2.2
 */
const introspection = z.object({
  active: z.boolean(),
  scope: z
    .string()
    .regex(/^\P{C}{0,2000}$/u)
    .default(''),
})

const versionReply = z.object({ version: plainText })
