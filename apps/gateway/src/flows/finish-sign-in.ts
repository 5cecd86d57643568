import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { GatewayDependencies } from '../dependencies.ts'
import { type AuthorizeError, type AuthorizeOutcome, authorizeResponseUrl } from '../domain/oauth/authorize-response.ts'
import { codeTtlMs } from '../domain/oauth/lifetimes.ts'
import type { ApprovedSignIn, Grant, User } from '../store/store.ts'
import type { ForgejoFailure, ForgejoIdentity, ForgejoTokens } from '../upstream/forgejo.ts'
import type { AccessTokens } from './access-tokens.ts'
import { learnForgejoVersion } from './learn-forgejo-version.ts'

/** What Forgejo sent the browser back with. */
export interface UpstreamAnswer {
  readonly state: string
  /** From the browser's cookie; absent when it brought none for this sign-in. */
  readonly browserSecret: string | undefined
  readonly outcome: { readonly code: string } | { readonly error: string }
}

/** Neither can be answered by going back to the client: there is none to go to, or a person has to act first. */
export type FinishRejection =
  /** Never approved, used before, expired, or begun in another browser. */
  { readonly reason: 'unknown_state' } | { readonly reason: 'broker_refused_by_forgejo' }

type Deps = Pick<GatewayDependencies, 'settings' | 'store' | 'runner' | 'forgejo' | 'secrets' | 'clock' | 'log'> & {
  readonly accessTokens: AccessTokens
}

/** Ends a sign-in when the browser comes back from Forgejo: records user, credential and grant, and answers with the way back to the client. */
export async function finishSignIn(deps: Deps, answer: UpstreamAnswer): Promise<Result<string, FinishRejection>> {
  const signIn = await takeSignIn(deps, answer)
  if (signIn === undefined) return err({ reason: 'unknown_state' })
  const outcome =
    'error' in answer.outcome ? refusedByForgejo(answer.outcome.error) : await signInWithCode(deps, signIn, answer.outcome.code)
  if (outcome === undefined) return err({ reason: 'broker_refused_by_forgejo' })
  if ('error' in outcome) deps.log.warn('sign_in_failed', { signInId: signIn.id, clientId: signIn.clientId, error: outcome.error })
  const { redirectUri, clientState } = signIn
  return ok(authorizeResponseUrl({ redirectUri, clientState, issuer: deps.settings.publicUrl, outcome }))
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

/** `undefined` when Forgejo does not know the broker itself. */
async function signInWithCode(deps: Deps, signIn: ApprovedSignIn, code: string): Promise<AuthorizeOutcome | undefined> {
  const tokens = await deps.forgejo.exchangeCode({ code, codeVerifier: signIn.upstreamCodeVerifier })
  if (!tokens.ok) return failedAtForgejo(deps, signIn, tokens.error)
  const identity = await deps.forgejo.identify(tokens.value.accessToken)
  if (!identity.ok) return failedAtForgejo(deps, signIn, identity.error)
  const grant = await recordGrant(deps, signIn, { tokens: tokens.value, identity: identity.value })
  await learnForgejoVersion(deps, tokens.value.accessToken)
  return { code: await issueCode(deps, signIn, grant) }
}

function failedAtForgejo({ log }: Deps, { id }: ApprovedSignIn, failure: ForgejoFailure): AuthorizeError | undefined {
  const fields = { signInId: id, reason: failure.reason, detail: failure.detail }
  switch (failure.reason) {
    case 'client_refused':
      log.error('broker_refused_by_forgejo', { ...fields, advice: 'check FORGEJO_OAUTH_CLIENT_ID and FORGEJO_OAUTH_CLIENT_SECRET' })
      return undefined
    case 'grant_refused':
      log.warn('forgejo_code_refused', fields)
      return { error: 'server_error', description: 'Forgejo did not confirm the sign-in; try again' }
    case 'token_refused':
      log.warn('forgejo_user_refused', fields)
      return { error: 'access_denied', description: 'Forgejo does not let this user sign in' }
    case 'unavailable':
      log.warn('forgejo_unavailable', fields)
      return { error: 'temporarily_unavailable', description: 'Forgejo does not answer as it should; try again later' }
  }
}

async function recordGrant(
  { store, accessTokens, clock, log }: Deps,
  { clientId, grantedLevel, resource }: ApprovedSignIn,
  { tokens, identity }: { readonly tokens: ForgejoTokens; readonly identity: ForgejoIdentity },
): Promise<Grant> {
  const user: User = await store.users.upsert({ ...identity, nowMs: clock() })
  // From here on older refresh tokens of this user are void at Forgejo, so the new ones are kept before anything else.
  const generation = await store.credentials.replace({ userId: user.id, tokens, nowMs: clock() })
  accessTokens.forgetUser(user.id)
  const grant = await store.grants.consent({ userId: user.id, clientId, accessLevel: grantedLevel, resource, nowMs: clock() })
  accessTokens.forgetUser(user.id)
  log.info('user_signed_in', { userId: user.id, login: user.login, clientId, grantId: grant.id, accessLevel: grantedLevel, generation })
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
