import { describeError } from '@fjmcp-broker/shared/describe-error'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { within } from '@fjmcp-broker/shared/within'
import type { GatewayDependencies } from '../../dependencies.ts'
import type { RecordEvent } from '../../domain/audit/audit-event.ts'
import { type AuthorizeError, type AuthorizeOutcome, authorizeResponseUrl } from '../../domain/oauth/authorize/authorize-response.ts'
import { codeTtlMs } from '../../domain/oauth/lifetimes.ts'
import type { ApprovedSignIn } from '../../store/sign-in-store.ts'
import type { Grant } from '../../store/grant-store.ts'
import { OwnerEnded, StoreFailure } from '../../store/store.ts'
import type { User } from '../../store/user-store.ts'
import type { AccessTokens } from '../../memory/access-tokens.ts'
import { checkForgejoScopes } from '../forgejo/check-scopes.ts'
import { learnForgejoVersion } from '../forgejo/learn-version.ts'
import type { RedeemCode, RedemptionFailure, SignedIn } from './redeem-code.ts'

/** What Forgejo sent the browser back with. */
export interface UpstreamAnswer {
  readonly state: string
  /** From the browser's cookie; absent when it brought none for this sign-in. */
  readonly browserSecret: string | undefined
  readonly outcome: { readonly code: string } | { readonly error: string }
}

/** None can be answered by going back to the client: there is none to go to, or a person has to act first. */
export type FinishRejection =
  /** Never approved, used before, expired, or begun in another browser. */
  | { readonly reason: 'unknown_state' }
  | { readonly reason: 'broker_refused_by_forgejo' }
  /** The operator ended the client or the user while the person was at Forgejo, or the client went as one that nobody had used. */
  | { readonly reason: 'ended_meanwhile' }
  /** The store failed after the sign-in was taken, which can be done once. */
  | { readonly reason: 'store_failed' }

type Deps = Pick<GatewayDependencies, 'settings' | 'store' | 'runner' | 'forgejo' | 'secrets' | 'clock' | 'log' | 'waitUntil'> & {
  readonly accessTokens: AccessTokens
  readonly redeemCode: RedeemCode
  readonly record: RecordEvent
  /** How long a browser is left waiting for Forgejo and the store. */
  readonly browserWaitMs: number
}

/**
 * Ends a sign-in when the browser comes back from Forgejo: records user, credential and grant, and answers with the way back to the client.
 * The credential is recorded even if that takes longer than the browser waits; grant and code are made only for a browser that waits.
 */
export async function finishSignIn(deps: Deps, answer: UpstreamAnswer): Promise<Result<string, FinishRejection>> {
  const signIn = await takeSignIn(deps, answer)
  if (signIn === undefined) return err({ reason: 'unknown_state' })
  const outcome =
    'error' in answer.outcome ? denyAtForgejo(deps, signIn, answer.outcome.error) : await signInWithCode(deps, signIn, answer.outcome.code)
  if (!outcome.ok) return outcome
  if ('error' in outcome.value) {
    const { error } = outcome.value
    // That somebody declined is nobody's fault.
    deps.log[error === 'access_denied' ? 'info' : 'warn']('sign_in_failed', { signInId: signIn.id, clientId: signIn.clientId, error })
  }
  const { redirectUri, clientState } = signIn
  return ok(authorizeResponseUrl({ redirectUri, clientState, issuer: deps.settings.publicUrl, outcome: outcome.value }))
}

async function takeSignIn({ store, secrets, clock }: Deps, { state, browserSecret }: UpstreamAnswer): Promise<ApprovedSignIn | undefined> {
  if (browserSecret === undefined) return undefined
  return store.signIns.take({ upstreamStateHash: secrets.hash(state), browserHash: secrets.hash(browserSecret), nowMs: clock() })
}

function refusedByForgejo(error: string): AuthorizeError {
  if (error === 'access_denied') return { error, description: 'the user denied the request at Forgejo' }
  if (error === 'temporarily_unavailable') return { error, description: 'Forgejo cannot sign anybody in at the moment' }
  return { error: 'server_error', description: 'Forgejo could not sign the user in' }
}

function denyAtForgejo({ record }: Deps, signIn: ApprovedSignIn, error: string): Result<AuthorizeError, never> {
  if (error === 'access_denied') {
    record({ type: 'consent_denied', clientId: signIn.clientId, details: { signInId: signIn.id, at: 'forgejo' } })
  }
  return ok(refusedByForgejo(error))
}

async function signInWithCode(deps: Deps, signIn: ApprovedSignIn, code: string): Promise<Result<AuthorizeOutcome, FinishRejection>> {
  const redeemed = await within(redeem(deps, signIn, code), deps.browserWaitMs)
  if (redeemed === undefined) {
    deps.log.warn('sign_in_took_too_long', { signInId: signIn.id, waitedMs: deps.browserWaitMs })
    return ok({ error: 'temporarily_unavailable', description: 'the sign-in takes too long; connect again' })
  }
  if (!redeemed.ok) return failedRedemption(redeemed.error)
  const issued = await grantCode(deps, signIn, redeemed.value.user)
  if (issued.ok) deps.waitUntil(learnForgejoVersion(deps, redeemed.value.accessToken))
  return issued
}

/** The work goes on whoever waits for it. */
function redeem(
  deps: Deps,
  { id: signInId, clientId, upstreamCodeVerifier: codeVerifier }: ApprovedSignIn,
  code: string,
): Promise<Result<SignedIn, RedemptionFailure>> {
  const { redeemCode, waitUntil, record, log } = deps
  const work = redeemCode({ signInId, clientId, code, codeVerifier, record })
  const ended = work.then(
    (redeemed) => (redeemed.ok ? learnScopes(deps, redeemed.value) : undefined),
    (error: unknown) => log.error('code_redemption_failed', { signInId, ...describeError(error) }),
  )
  waitUntil(ended)
  return work
}

async function learnScopes(deps: Deps, { user, generation, accessToken }: SignedIn): Promise<void> {
  if (generation !== undefined) await checkForgejoScopes(deps, { userId: user.id, login: user.login, generation, accessToken })
}

function failedRedemption({ reason }: RedemptionFailure): Result<AuthorizeError, FinishRejection> {
  switch (reason) {
    case 'client_refused':
      return err({ reason: 'broker_refused_by_forgejo' })
    case 'store_failed':
      return err({ reason })
    case 'grant_refused':
      return ok({ error: 'server_error', description: 'Forgejo did not confirm the sign-in; try again' })
    case 'race_lost':
      return ok({ error: 'temporarily_unavailable', description: 'Forgejo was busy with another request of this user; connect again' })
    case 'token_refused':
      return ok({ error: 'access_denied', description: 'Forgejo does not let this user sign in' })
    case 'unavailable':
    case 'not_understood':
      return ok({ error: 'temporarily_unavailable', description: 'Forgejo does not answer as it should; try again later' })
  }
}

async function grantCode(deps: Deps, signIn: ApprovedSignIn, user: User): Promise<Result<AuthorizeOutcome, FinishRejection>> {
  try {
    const grant = await recordGrant(deps, signIn, user)
    return ok({ code: await issueCode(deps, signIn, grant) })
  } catch (error) {
    if (error instanceof OwnerEnded) return err({ reason: 'ended_meanwhile' })
    if (!(error instanceof StoreFailure)) throw error
    deps.log.error('sign_in_not_stored', { signInId: signIn.id, reason: 'store_failed', detail: error.message })
    return err({ reason: 'store_failed' })
  }
}

async function recordGrant(
  { store, accessTokens, clock, record }: Deps,
  { id: signInId, clientId, grantedLevel: accessLevel, resource }: ApprovedSignIn,
  { id: userId, login: userLogin }: User,
): Promise<Grant> {
  const grant = await store.grants.consent({ userId, clientId, accessLevel, resource, nowMs: clock() })
  accessTokens.forgetUser(userId)
  record({ type: 'consent_given', userId, userLogin, clientId, grantId: grant.id, details: { signInId, accessLevel } })
  return grant
}

async function issueCode({ store, secrets, clock }: Deps, signIn: ApprovedSignIn, grant: Grant): Promise<string> {
  const code = secrets.create('authorization_code')
  await store.tokens.insertCode({
    hash: secrets.hash(code),
    grantId: grant.id,
    clientId: signIn.clientId,
    redirectUri: signIn.redirectUri,
    codeChallenge: signIn.codeChallenge,
    resource: signIn.resource,
    accessLevel: signIn.grantedLevel,
    expiresAtMs: clock() + codeTtlMs,
  })
  return code
}
