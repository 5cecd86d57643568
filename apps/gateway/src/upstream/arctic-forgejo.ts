import type { Clock } from '@fjmcp-broker/shared/clock'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { Gitea, OAuth2RequestError, type OAuth2Tokens } from 'arctic'
import { z } from 'zod'
import { classifyTokenError } from './classify-token-error.ts'
import type { Forgejo, ForgejoFailure, ForgejoIdentity, ForgejoTokens } from './forgejo.ts'
import { readBoundedJson } from './read-bounded-json.ts'

export interface ForgejoOptions {
  /** Without a trailing slash. */
  readonly forgejoUrl: string
  readonly clientId: string
  readonly clientSecret: string
  /** Our callback, as registered at Forgejo. */
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly clock: Clock
  /** How long a person waits for Forgejo's answer at most; 10 s where none is given. A refresh is not bounded by it. */
  readonly waitMs?: number
}

/** Forgejo over HTTP, the token endpoint through arctic, which has no time limit of its own. */
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
  return {
    authorizationUrl: ({ state, codeVerifier }) => gitea.createAuthorizationURL(state, codeVerifier, [...scopes]),
    exchangeCode: ({ code, codeVerifier }) => within(waitMs, askForTokens(gitea.validateAuthorizationCode(code, codeVerifier), clock)),
    refresh: (refreshToken) => askForTokens(gitea.refreshAccessToken(refreshToken), clock),
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

const tokenReply = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive(),
})

const userinfo = z.object({
  sub: z.union([z.string().min(1), z.number().int().transform(String)]),
  preferred_username: z.string().min(1),
})

const versionReply = z.object({ version: z.string().min(1).max(200) })

const maxAnswerBytes = 1_048_576

async function askForTokens(reply: Promise<OAuth2Tokens>, clock: Clock): Promise<Result<ForgejoTokens, ForgejoFailure>> {
  try {
    const parsed = tokenReply.safeParse((await reply).data)
    if (!parsed.success) return unavailable('the token endpoint answered without usable tokens')
    const { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresInSeconds } = parsed.data
    return ok({ accessToken, refreshToken, accessExpiresAtMs: clock() + expiresInSeconds * 1000 })
  } catch (error) {
    if (error instanceof OAuth2RequestError) return err(classifyTokenError(error.code, error.description))
    return unavailable(describe(error))
  }
}

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
  const headers = new Headers({ accept: 'application/json' })
  if (accessToken !== undefined) headers.set('authorization', `Bearer ${accessToken}`)
  try {
    // A redirect would carry the user's token elsewhere.
    const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(waitMs) })
    if (!response.ok) {
      await response.body?.cancel()
      const isRefusal = response.status === 401 || response.status === 403
      return err({ reason: isRefusal ? 'token_refused' : 'unavailable', detail: `status ${response.status}` })
    }
    const parsed = schema.safeParse(await readBoundedJson(response, maxAnswerBytes))
    return parsed.success ? ok(parsed.data) : unavailable('the answer has another form than expected')
  } catch (error) {
    return unavailable(describe(error))
  }
}

/** Stops waiting, not the request: arctic cannot be interrupted. */
async function within<Value>(waitMs: number, answer: Promise<Result<Value, ForgejoFailure>>): Promise<Result<Value, ForgejoFailure>> {
  const { promise: patience, resolve } = Promise.withResolvers<Result<Value, ForgejoFailure>>()
  const timer = setTimeout(() => resolve(unavailable(`no answer within ${waitMs} ms`)), waitMs)
  const first = await Promise.race([answer, patience])
  clearTimeout(timer)
  return first
}

function unavailable(detail: string): Result<never, ForgejoFailure> {
  return err({ reason: 'unavailable', detail })
}

/** What went wrong on the way, with its cause's code: `fetch` hides all it knows there. Never a body, which may hold tokens. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'failed'
  if ('status' in error && typeof error.status === 'number') return `status ${error.status}`
  if (error instanceof SyntaxError) return 'the answer is not JSON'
  return error.cause === undefined ? `${error.name}: ${error.message}` : `${error.message}: ${describeCause(error.cause)}`
}

function describeCause(cause: unknown): string {
  if (!(cause instanceof Error)) return 'failed'
  if ('code' in cause && typeof cause.code === 'string') return cause.code
  return cause.cause === undefined ? cause.message : describeCause(cause.cause)
}
