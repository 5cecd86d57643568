import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { GatewayDependencies } from '../../dependencies.ts'
import type { RecordEvent } from '../../domain/audit/audit-event.ts'
import { authorizeResponseUrl } from '../../domain/oauth/authorize/authorize-response.ts'
import { checkPendingSignIn, type SignInRejection } from '../../domain/oauth/authorize/sign-in.ts'
import { createUpstreamState } from '../../domain/oauth/authorize/upstream-state.ts'
import type { SignIn } from '../../store/sign-in-store.ts'

export interface ConsentDecision {
  readonly signInId: string
  /** From the browser's cookie; absent when it brought none for this sign-in. */
  readonly browserSecret: string | undefined
  readonly csrfToken: string
  /** What the user allows; `undefined` denies. */
  readonly grantedLevel: AccessLevel | undefined
}

/** Where the browser goes next. */
export interface Decided {
  readonly location: string
  /** Whether the sign-in is over and its cookie of no more use. */
  readonly ended: boolean
}

type Deps = Pick<GatewayDependencies, 'settings' | 'store' | 'forgejo' | 'secrets' | 'clock' | 'log'> & {
  readonly record: RecordEvent
}

/** Takes the user's decision on the consent page, which cannot be changed afterwards: on to Forgejo, or back to the client with `access_denied`. */
export async function decideConsent(deps: Deps, decision: ConsentDecision): Promise<Result<Decided, SignInRejection>> {
  const { store, secrets, clock } = deps
  const presented = {
    browserHash: decision.browserSecret === undefined ? undefined : secrets.hash(decision.browserSecret),
    csrfHash: secrets.hash(decision.csrfToken),
  }
  const checked = checkPendingSignIn(await store.signIns.find(decision.signInId), presented, clock())
  if (!checked.ok) return checked
  return decision.grantedLevel === undefined ? deny(deps, checked.value) : approve(deps, checked.value, decision.grantedLevel)
}

async function deny({ settings, store, clock, record }: Deps, signIn: SignIn): Promise<Result<Decided, SignInRejection>> {
  const denied = await store.signIns.deny({ id: signIn.id, browserHash: signIn.browserHash, nowMs: clock() })
  if (!denied) return err({ reason: 'unknown_sign_in' })
  record({ type: 'consent_denied', clientId: signIn.clientId, details: { signInId: signIn.id, at: 'consent_page' } })
  const location = authorizeResponseUrl({
    redirectUri: signIn.redirectUri,
    clientState: signIn.clientState,
    issuer: settings.publicUrl,
    outcome: { error: 'access_denied', description: 'the user denied the request' },
  })
  return ok({ location, ended: true })
}

async function approve(
  { store, forgejo, secrets, clock, log }: Deps,
  signIn: SignIn,
  grantedLevel: AccessLevel,
): Promise<Result<Decided, SignInRejection>> {
  const state = createUpstreamState(signIn.id, secrets.create('none'))
  const codeVerifier = secrets.create('none')
  const approved = await store.signIns.approve({
    id: signIn.id,
    browserHash: signIn.browserHash,
    grantedLevel,
    upstreamStateHash: secrets.hash(state),
    upstreamCodeVerifier: codeVerifier,
    nowMs: clock(),
  })
  if (!approved) return err({ reason: 'unknown_sign_in' })
  // Nobody knows yet who this is: it is recorded as a consent when Forgejo has said.
  log.info('consent_page_approved', { signInId: signIn.id, clientId: signIn.clientId, grantedLevel })
  return ok({ location: forgejo.authorizationUrl({ state, codeVerifier }).href, ended: false })
}
