import type { Clock } from '@fjmcp-broker/shared/clock'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { z } from 'zod'
import { classifyTokenError } from './classify-token-error.ts'
import { fetchFailure, unavailable } from './fetch-failure.ts'
import type { ForgejoFailure, ForgejoTokens } from './forgejo.ts'
import { readBoundedJson } from './read-bounded-json.ts'

/** Sends one form to Forgejo's token endpoint; settles whenever Forgejo answers. */
export type AskForTokens = (form: Readonly<Record<string, string>>) => Promise<Result<ForgejoTokens, ForgejoFailure>>

/**
 * Forgejo's token endpoint, where the broker names itself by HTTP Basic.
 *
 * @param url Of the endpoint.
 * @see RFC 6749 §4.1.3, §5, §6; why it is not arctic that sends: docs/decisions/0006-the-token-request-is-ours.md
 */
export function createTokenEndpoint({
  url,
  clientId,
  clientSecret,
  clock,
}: {
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  readonly clock: Clock
}): AskForTokens {
  const authorization = `Basic ${new TextEncoder().encode(`${clientId}:${clientSecret}`).toBase64()}`
  return async (form) => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { accept: 'application/json', authorization },
        body: new URLSearchParams(form),
        // A redirect that keeps the method would carry code or refresh token elsewhere.
        redirect: 'manual',
        signal: AbortSignal.timeout(maxReplyMs),
      })
      return await readReply(response, clock)
    } catch (error) {
      return fetchFailure(error)
    }
  }
}

/** Long enough for a Forgejo that is only slow: who gives up a reply may lose the tokens in it. */
const maxReplyMs = 300_000
const maxReplyBytes = 65_536
const maxTtlSeconds = 10 * 366 * 86_400

const token = z.string().regex(/^[\x21-\x7e]{1,8192}$/)

/** @see RFC 6749 §5.1 */
const tokenReply = z.object({
  access_token: token,
  refresh_token: token,
  expires_in: z.number().int().min(1).max(maxTtlSeconds),
})

/** @see RFC 6749 §5.2 */
const errorReply = z.object({ error: z.string(), error_description: z.string().nullish() })

async function readReply(response: Response, clock: Clock): Promise<Result<ForgejoTokens, ForgejoFailure>> {
  const { status } = response
  if (status !== 200 && status !== 400 && status !== 401) {
    await response.body?.cancel()
    return unavailable(`status ${status}`)
  }
  const body = await readBoundedJson(response, maxReplyBytes)
  if (!body.ok) return unavailable(`status ${status}: ${body.error}`)
  return status === 200 ? readTokens(body.value, clock) : readError(body.value, status)
}

function readTokens(body: unknown, clock: Clock): Result<ForgejoTokens, ForgejoFailure> {
  const parsed = tokenReply.safeParse(body)
  if (!parsed.success) return unavailable('the token endpoint answered without usable tokens')
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresInSeconds } = parsed.data
  return ok({ accessToken, refreshToken, accessExpiresAtMs: clock() + expiresInSeconds * 1000 })
}

function readError(body: unknown, status: number): Result<never, ForgejoFailure> {
  const parsed = errorReply.safeParse(body)
  if (!parsed.success) return unavailable(`status ${status} without an error code`)
  return err(classifyTokenError(parsed.data.error, parsed.data.error_description ?? null))
}
