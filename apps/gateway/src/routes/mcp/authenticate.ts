import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { bearerChallenge, type ChallengeReason, parseBearer } from '../../domain/mcp/bearer.ts'
import { errorCodes } from '../../domain/mcp/json-rpc.ts'
import { canonicalResource } from '../../domain/oauth/resource.ts'
import type { AccessTokenRejection } from '../../memory/access-tokens.ts'
import type { AccessToken } from '../../store/token-store.ts'
import { refuse, type WireRefusal } from './refusals.ts'
import type { McpServer } from './server.ts'

/** Finds out in whose name a request comes. The token counts in the `Authorization` header only, and only if it is meant for us. */
export async function authenticate(
  { accessTokens, settings }: Pick<McpServer, 'accessTokens' | 'settings'>,
  request: Request,
): Promise<Result<AccessToken, Response>> {
  const bearer = parseBearer(request.headers.get('authorization'))
  if (bearer === undefined) return err(refuse(null, unauthorized(settings.publicUrl, { reason: 'no_token' })))
  const token = await accessTokens.check(bearer)
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
