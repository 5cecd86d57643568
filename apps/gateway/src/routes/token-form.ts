import type { Log } from '@fjmcp-broker/shared/log'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { Context } from 'hono'
import { isOfType } from '../domain/media-types.ts'
import type { ClientRequest } from '../domain/oauth/client/client-authentication.ts'
import { parseParameters } from '../domain/oauth/parameters.ts'
import { tokenError, type TokenRejection } from '../domain/oauth/token/token-error.ts'
import type { GatewayEnv } from '../hono-env.ts'
import { limitAddress, type Limiting } from '../middleware/limit-address.ts'
import { answerTooManyRequests } from '../middleware/too-many-requests.ts'

/** The limit that both endpoints share. */
export function limitTokenRequests({ limits, addressOf }: Limiting) {
  return limitAddress({ limit: limits.tokenRequests, addressOf })
}

/**
 * Reads what a client sends to the token or the revocation endpoint.
 *
 * @see RFC 6749 §2.3.1, §3.2
 */
export async function readTokenForm(
  c: Context<GatewayEnv>,
): Promise<Result<ClientRequest, { readonly reason: 'wrong_content_type' | 'parameters_in_address' }>> {
  if (new URL(c.req.url).search !== '') return err({ reason: 'parameters_in_address' })
  if (!isOfType(c.req.header('content-type'), 'application/x-www-form-urlencoded')) return err({ reason: 'wrong_content_type' })
  return ok({ authorization: c.req.header('authorization'), form: parseParameters(new URLSearchParams(await c.req.text())) })
}

/**
 * Answers a rejection and logs why under the event's name. Who tried the header is told which scheme it takes. Of an address with too many of
 * them nothing is said any more but that: whoever guesses there learns nothing, and others behind it that know theirs are answered as ever.
 */
export function refuseTokenForm(
  c: Context<GatewayEnv>,
  rejection: TokenRejection,
  { log, event, limits, addressOf }: Limiting & { readonly log: Log; readonly event: string },
): Response | Promise<Response> {
  const seconds = limits.refusedTokenRequests.take(addressOf(c))
  if (seconds > 0) return answerTooManyRequests(c, seconds)
  log.info(event, { reason: rejection.reason })
  const { status, error, description } = tokenError(rejection)
  if (status === 401 && c.req.header('authorization') !== undefined) c.header('WWW-Authenticate', 'Basic realm="oauth", charset="UTF-8"')
  return c.json({ error, error_description: description }, status)
}

export function refuseLargeForm(c: Context<GatewayEnv>): Response {
  return c.json({ error: 'invalid_request', error_description: 'the body is larger than 64 KB' }, 413)
}
