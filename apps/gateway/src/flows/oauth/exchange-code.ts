import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { GatewayDependencies } from '../../dependencies.ts'
import { checkCode, type CodeRejection } from '../../domain/oauth/token/authorization-code.ts'
import { isSecretForm } from '../../domain/oauth/secrets.ts'
import type { CodeRequest } from '../../domain/oauth/token/token-request.ts'
import type { AccessEnding } from '../access/end-access.ts'
import { createPair, type Tokens } from './create-pair.ts'
import { endFamily } from '../access/end-family.ts'
import { checkPairLimits, countPair, type PairLimits, type TooManyTokens } from './pair-limits.ts'

/**
 * Exchanges an authorization code for the first tokens of a new family, once: of several at the same time one wins. One that was exchanged
 * before ends what it was exchanged for.
 */
export async function exchangeCode(
  deps: Pick<GatewayDependencies, 'secrets' | 'newId'> & AccessEnding & { readonly limits: PairLimits },
  request: CodeRequest,
): Promise<Result<Tokens, CodeRejection | TooManyTokens>> {
  const { store, secrets, clock, newId, record, limits } = deps
  if (!isSecretForm('authorization_code', request.code)) return err({ reason: 'unknown_code' })
  const codeHash = secrets.hash(request.code)
  const { clientId, redirectUri, resource } = request
  const presented = { clientId, redirectUri, resource, codeChallenge: secrets.hash(request.codeVerifier) }
  const found = await store.tokens.findCode(codeHash)
  const nowMs = clock()
  const code = checkCode(found, presented, nowMs)
  if (!code.ok) {
    if (code.error.reason === 'code_reused' && found !== undefined)
      await endFamily(deps, { ...found, familyId: found.use?.familyId }, 'code_reused')
    return code
  }
  const room = checkPairLimits(limits, code.value)
  if (!room.ok) return room
  const { userId, grantId, accessLevel } = code.value
  const { tokens, issued } = createPair(deps, { accessLevel, nowMs })
  const familyId = newId('fam')
  const exchanged = await store.tokens.exchangeCode({ codeHash, familyId, issued, nowMs })
  if (!exchanged) return err({ reason: 'code_used' })
  countPair(limits, code.value)
  record({ type: 'tokens_issued', userId, clientId, grantId, details: { familyId, accessLevel } })
  return ok(tokens)
}
