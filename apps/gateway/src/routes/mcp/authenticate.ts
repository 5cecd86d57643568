import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { Context } from 'hono'
import { bearerChallenge, type ChallengeReason, parseBearer } from '../../domain/mcp/bearer.ts'
import { errorCodes } from '../../domain/mcp/json-rpc.ts'
import { canonicalResource } from '../../domain/oauth/resource.ts'
import type { GatewayEnv } from '../../hono-env.ts'
import type { AccessTokenRejection } from '../../memory/access-tokens.ts'
import type { AccessToken } from '../../store/token-store.ts'
import { refuse, type WireRefusal } from './refusals.ts'
import type { McpServer } from './server.ts'

type Server = Pick<McpServer, 'accessTokens' | 'settings' | 'limits' | 'addressOf'>

/**
 * Finds out in whose name a request comes. The token counts in the `Authorization` header only, and only if it is meant for us. A good one
 * passes whatever others at that address do; one that we never gave out, or have forgotten, is refused with 429 when there are too many.
 */
export async function authenticate(server: Server, c: Context<GatewayEnv>): Promise<Result<AccessToken, Response>> {
  const { accessTokens, settings } = server
  const bearer = parseBearer(c.req.raw.headers.get('authorization'))
  if (bearer === undefined) return err(refuse(null, unauthorized(settings.publicUrl, { reason: 'no_token' })))
  const token = await accessTokens.check(bearer)
  const seconds = !token.ok && token.error.reason === 'unknown_token' ? takeFailure(server, c) : 0
  if (seconds > 0) return err(refuse(null, tooManyFailures(seconds)))
  if (!token.ok) return err(refuse(null, invalidToken(settings.publicUrl, descriptions[token.error.reason])))
  if (token.value.resource !== canonicalResource(settings.publicUrl)) {
    return err(refuse(null, invalidToken(settings.publicUrl, 'The token is meant for another resource')))
  }
  return ok(token.value)
}

const descriptions: Readonly<Record<AccessTokenRejection['reason'], string>> = {
  unknown_token: 'The token is unknown or was revoked',
  expired: 'The token has expired',
  credential_dead: 'The sign-in at Forgejo has ended: sign in again',
}

function takeFailure({ limits, addressOf }: Server, c: Context<GatewayEnv>): number {
  return limits.failedTokens.take(addressOf(c))
}

/** @see RFC 6585 §4 */
function tooManyFailures(seconds: number): WireRefusal {
  return {
    status: 429,
    headers: { 'retry-after': String(seconds) },
    error: {
      code: errorCodes.refused,
      message: 'Too many wrong tokens came from this address. Wait before you try again, and sign in anew.',
    },
  }
}

/** The answer to a request whose access ended while it was worked on. */
export function accessEnded(publicUrl: string): WireRefusal {
  return invalidToken(publicUrl, descriptions.unknown_token)
}

/** The answer to a call whose Forgejo credential turned out to be dead. */
export function credentialDead(publicUrl: string): WireRefusal {
  return invalidToken(publicUrl, descriptions.credential_dead)
}

function invalidToken(publicUrl: string, detail: string): WireRefusal {
  return unauthorized(publicUrl, { reason: 'invalid_token', detail })
}

function unauthorized(publicUrl: string, challenge: ChallengeReason): WireRefusal {
  const message = challenge.reason === 'invalid_token' ? `${challenge.detail}.` : 'Sign in first: a bearer token is required.'
  return {
    status: 401,
    headers: { 'www-authenticate': bearerChallenge(publicUrl, challenge) },
    error: { code: errorCodes.refused, message },
  }
}
