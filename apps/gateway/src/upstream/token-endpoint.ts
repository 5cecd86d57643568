import type { Clock } from '@fjmcp-broker/shared/clock'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { z } from 'zod'
import { classifyTokenError } from './classify-token-error.ts'
import { fetchFailure, notUnderstood } from './fetch-failure.ts'
import { failedStatus } from './failed-status.ts'
import type { ForgejoFailure, ForgejoTokens } from './forgejo.ts'
import { readBoundedJson } from './read-bounded-json.ts'

/** Sends one form to Forgejo's token endpoint; settles whenever Forgejo answers. */
export type AskForTokens = (form: Readonly<Record<string, string>>) => Promise<Result<ForgejoTokens, ForgejoFailure>>

/**
 * Forgejo's token endpoint, where the broker names itself by HTTP Basic.
 *
 * @param url Of the endpoint.
 * @param authorization The header's value.
 * @param waitMs After that long no answer is waited for any more; who gives up a reply may lose the tokens in it.
 * @see RFC 6749 §4.1.3, §5, §6; why it is not arctic that sends: docs/decisions/0006-the-token-request-is-ours.md
 */
export function createTokenEndpoint({
  url,
  authorization,
  clock,
  waitMs,
}: {
  readonly url: string
  readonly authorization: string
  readonly clock: Clock
  readonly waitMs: number
}): AskForTokens {
  return async (form) => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { accept: 'application/json', authorization },
        body: new URLSearchParams(form),
        // A redirect that keeps the method would carry code or refresh token elsewhere.
        redirect: 'manual',
        signal: AbortSignal.timeout(waitMs),
      })
      return await readReply(response, clock)
    } catch (error) {
      return fetchFailure(error)
    }
  }
}

const maxReplyBytes = 65_536
const maxTtlSeconds = 10 * 366 * 86_400
const standardTtlSeconds = 3_600

const token = z.string().regex(/^[\x21-\x7e]{1,8192}$/)

/**
 * What is needed of a reply is the tokens. The lifetime is a hint: that a token is over is seen when Forgejo refuses it. To throw a reply
 * away for it would lose the refresh token, which Forgejo has just made the only good one.
 *
 * @see RFC 6749 §5.1
 */
const tokenReply = z.object({
  access_token: token,
  refresh_token: token,
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z
    .number()
    .positive()
    .transform((seconds) => Math.min(Math.ceil(seconds), maxTtlSeconds))
    .catch(standardTtlSeconds),
})

/** @see RFC 6749 §5.2 */
const errorReply = z.object({ error: z.string(), error_description: z.string().nullish() })

async function readReply(response: Response, clock: Clock): Promise<Result<ForgejoTokens, ForgejoFailure>> {
  const { status } = response
  if (status !== 200 && status !== 400 && status !== 401) return failedStatus(response)
  const body = await readBoundedJson(response, maxReplyBytes)
  if (!body.ok) return notUnderstood(`status ${status}: ${body.error}`)
  return status === 200 ? readTokens(body.value, clock) : readError(body.value, status)
}

function readTokens(body: unknown, clock: Clock): Result<ForgejoTokens, ForgejoFailure> {
  const parsed = tokenReply.safeParse(body)
  if (!parsed.success) return notUnderstood('the token endpoint answered without usable tokens')
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresInSeconds } = parsed.data
  return ok({ accessToken, refreshToken, accessExpiresAtMs: clock() + expiresInSeconds * 1000 })
}

function readError(body: unknown, status: number): Result<never, ForgejoFailure> {
  const parsed = errorReply.safeParse(body)
  if (!parsed.success) return notUnderstood(`status ${status} without an error code`)
  return err(classifyTokenError(parsed.data.error, parsed.data.error_description ?? null))
}
