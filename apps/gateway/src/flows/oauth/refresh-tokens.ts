import { lowerLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { GatewayDependencies } from '../../dependencies.ts'
import { checkRefresh, type RefreshRejection } from '../../domain/oauth/token/refresh-token.ts'
import { isSecretForm } from '../../domain/oauth/secrets.ts'
import type { RefreshRequest } from '../../domain/oauth/token/token-request.ts'
import type { RefreshToken } from '../../store/token-store.ts'
import type { AccessEnding } from '../access/end-access.ts'
import { createPair, type Tokens } from './create-pair.ts'
import { openSuccessors, sealSuccessors } from './kept-successors.ts'
import { endFamily } from '../access/end-family.ts'
import { checkPairLimits, countPair, type PairLimits, type TooManyTokens } from './pair-limits.ts'
import type { RecordRepeat } from './record-repeats.ts'

export type RefreshDependencies = Pick<GatewayDependencies, 'secrets'> &
  AccessEnding & {
    readonly settings: Pick<GatewayDependencies['settings'], 'refreshGraceMs'>
    readonly limits: PairLimits
    readonly recordRepeat: RecordRepeat
    /** Of the caller, as far as it is known: for the audit log alone. */
    readonly address: string | undefined
  }

/**
 * Rotates a refresh token, once: of several uses at the same time one wins, and within the grace the others get the same answer. A use
 * later than that ends the whole family. Any other rejection uses nothing up, so the token still serves after the user has signed in again.
 */
export async function refreshTokens(
  deps: RefreshDependencies,
  request: RefreshRequest,
): Promise<Result<Tokens, RefreshRejection | TooManyTokens>> {
  if (!isSecretForm('refresh_token', request.refreshToken)) return err({ reason: 'unknown_refresh_token' })
  const first = await tryRefresh(deps, request)
  // Somebody else has rotated it since we looked: what we find now is how it was used.
  const second = first ?? (await tryRefresh(deps, request))
  return second ?? err({ reason: 'refresh_token_used' })
}

/** Undefined where another use came between. */
async function tryRefresh(
  deps: RefreshDependencies,
  request: RefreshRequest,
): Promise<Result<Tokens, RefreshRejection | TooManyTokens> | undefined> {
  const { store, secrets, clock, settings } = deps
  const refreshHash = secrets.hash(request.refreshToken)
  const found = await store.tokens.findRefresh(refreshHash)
  const nowMs = clock()
  const token = checkRefresh(found, request, { graceMs: settings.refreshGraceMs, nowMs })
  if (!token.ok) {
    if (token.error.reason === 'refresh_token_reused' && found !== undefined) await endFamily(deps, found, 'refresh_token_reused')
    return token
  }
  return token.value.use === undefined ? rotate(deps, { token: token.value, request, nowMs }) : repeat(deps, request, token.value)
}

async function rotate(
  deps: RefreshDependencies,
  { token, request, nowMs }: { readonly token: RefreshToken; readonly request: RefreshRequest; readonly nowMs: number },
): Promise<Result<Tokens, TooManyTokens> | undefined> {
  const { store, record, settings, address, limits } = deps
  const { hash: refreshHash, familyId, accessLevel, userId, clientId, grantId } = token
  const room = checkPairLimits(limits, token)
  if (!room.ok) return room
  const { tokens, issued } = createPair(deps, { accessLevel, nowMs })
  const sealedSuccessors =
    settings.refreshGraceMs === 0
      ? undefined
      : {
          text: await sealSuccessors({ ...tokens, usedFrom: address }, { token: request.refreshToken, hash: refreshHash }),
          expireAtMs: nowMs + settings.refreshGraceMs,
        }
  const rotated = await store.tokens.rotate({ refreshHash, issued, sealedSuccessors, nowMs })
  if (!rotated) return undefined
  countPair(limits, token)
  record({ type: 'tokens_refreshed', userId, clientId, grantId, details: { familyId } })
  return ok(tokens)
}

async function repeat(
  { record, recordRepeat, address }: RefreshDependencies,
  { refreshToken }: RefreshRequest,
  token: RefreshToken,
): Promise<Result<Tokens, RefreshRejection>> {
  if (token.use?.sealedSuccessors === undefined) return err({ reason: 'refresh_token_used' })
  const successors = await openSuccessors(token.use.sealedSuccessors, { token: refreshToken, hash: token.hash })
  if (!successors.ok) return err({ reason: 'refresh_token_used' })
  const { usedFrom, ...tokens } = successors.value
  recordRepeat({ token, address, firstAddress: usedFrom }, record)
  return ok({ ...tokens, accessLevel: lowerLevel(tokens.accessLevel, token.accessLevel) })
}
