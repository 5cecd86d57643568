import type { Log } from '@fjmcp-broker/shared/log'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { Context } from 'hono'
import { isOfType } from '../domain/media-types.ts'
import { type Parameters, parseParameters } from '../domain/oauth/parameters.ts'
import { tokenError, type TokenRejection } from '../domain/oauth/token-error.ts'
import type { GatewayEnv } from '../hono-env.ts'

/** Reads the form that a client sends to the token or the revocation endpoint. */
export async function readTokenForm(c: Context<GatewayEnv>): Promise<Result<Parameters, { readonly reason: 'wrong_content_type' }>> {
  if (!isOfType(c.req.header('content-type'), 'application/x-www-form-urlencoded')) return err({ reason: 'wrong_content_type' })
  return ok(parseParameters(new URLSearchParams(await c.req.text())))
}

/** Answers a rejection and logs why under the event's name. */
export function refuseTokenForm(
  c: Context<GatewayEnv>,
  rejection: TokenRejection,
  { log, event }: { readonly log: Log; readonly event: string },
): Response {
  log.info(event, { reason: rejection.reason })
  const { status, error, description } = tokenError(rejection)
  return c.json({ error, error_description: description }, status)
}

export function refuseLargeForm(c: Context<GatewayEnv>): Response {
  return c.json({ error: 'invalid_request', error_description: 'the body is larger than 64 KB' }, 413)
}
