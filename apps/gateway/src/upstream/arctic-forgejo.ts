import type { Clock } from '@fjmcp-broker/shared/clock'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { Gitea } from 'arctic'
import { z } from 'zod'
import { fetchFailure, unavailable } from './fetch-failure.ts'
import type { Forgejo, ForgejoFailure, ForgejoIdentity } from './forgejo.ts'
import { readBoundedJson } from './read-bounded-json.ts'
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
  /** How long a question may take that can be asked again; 10 s where none is given. Requests for tokens are not bounded by it. */
  readonly waitMs?: number
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
}: ForgejoOptions): Forgejo {
  const gitea = new Gitea(forgejoUrl, clientId, clientSecret, redirectUri)
  const askForTokens = createTokenEndpoint({ url: `${forgejoUrl}/login/oauth/access_token`, clientId, clientSecret, clock })
  return {
    authorizationUrl: ({ state, codeVerifier }) => gitea.createAuthorizationURL(state, codeVerifier, [...scopes]),
    exchangeCode: ({ code, codeVerifier }) =>
      askForTokens({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: codeVerifier }),
    refresh: (refreshToken) => askForTokens({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    async identify(accessToken) {
      const answer = await getJson({ url: `${forgejoUrl}/login/oauth/userinfo`, schema: userinfo, accessToken, waitMs })
      return answer.ok ? ok<ForgejoIdentity>({ sub: answer.value.sub, login: answer.value.preferred_username }) : answer
    },
    async version(accessToken) {
      const answer = await getJson({ url: `${forgejoUrl}/api/v1/version`, schema: versionReply, accessToken, waitMs })
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

const versionReply = z.object({ version: plainText })

const maxAnswerBytes = 1_048_576

async function getJson<Value>({
  url,
  schema,
  accessToken,
  waitMs,
}: {
  readonly url: string
  readonly schema: z.ZodType<Value>
  readonly accessToken: string | undefined
  readonly waitMs: number
}): Promise<Result<Value, ForgejoFailure>> {
  try {
    const headers = new Headers({ accept: 'application/json' })
    if (accessToken !== undefined) headers.set('authorization', `Bearer ${accessToken}`)
    // A redirect would carry the user's token elsewhere.
    const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(waitMs) })
    if (!response.ok) {
      await response.body?.cancel()
      const isRefusal = response.status === 401 || response.status === 403
      return err({ reason: isRefusal ? 'token_refused' : 'unavailable', detail: `status ${response.status}` })
    }
    const body = await readBoundedJson(response, maxAnswerBytes)
    if (!body.ok) return unavailable(body.error)
    const parsed = schema.safeParse(body.value)
    return parsed.success ? ok(parsed.data) : unavailable('the answer has another form than expected')
  } catch (error) {
    return fetchFailure(error)
  }
}
