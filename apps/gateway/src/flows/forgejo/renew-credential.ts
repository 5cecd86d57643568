import { type CredentialRejection, type PushedCredential, RunnerUnavailable } from '@fjmcp-broker/shared/runner/runner'
import { err, type Result } from '@fjmcp-broker/shared/result'
import type { GatewayDependencies } from '../../dependencies.ts'
import { describeFailure } from '../../describe-failure.ts'
import type { RecordEvent } from '../../domain/audit/audit-event.ts'
import type { Credential, CredentialStore, UnreadableCredential } from '../../store/credential-store.ts'
import { StoreFailure } from '../../store/store.ts'
import type { ForgejoFailure, ForgejoTokens } from '../../upstream/forgejo.ts'
import type { AccessMemory } from '../../memory/access-memory.ts'
import type { AccessTokens } from '../../memory/access-tokens.ts'
import type { SignInsUnderWay } from '../../memory/sign-ins-under-way.ts'
import { againUntilDone } from '../again-until-done.ts'
import { advise } from './advise.ts'

/**
 * Answers a runner whose token Forgejo refused: pushes a newer one, refreshed where the store has none, or says that the credential is
 * dead. Nothing is pushed when neither can be had now (Forgejo or the store is down): the runner's own wait ends then, and its next call
 * asks again. Settles when all is done, a refresh that Forgejo answers late included; never rejects.
 */
export type AnswerRejection = (rejection: CredentialRejection) => Promise<void>

export type RenewalDependencies = Pick<
  GatewayDependencies,
  'runner' | 'forgejo' | 'clock' | 'log' | 'probe' | 'stopping' | 'refreshRetryDelaysMs'
> & {
  readonly store: { readonly credentials: CredentialStore }
  readonly accessTokens: Pick<AccessTokens, 'forgetUser'>
  readonly unsavedTokens: AccessMemory['unsavedTokens']
  readonly signInsUnderWay: Pick<SignInsUnderWay, 'settled'>
  readonly record: RecordEvent
  /** Names this process on the leases it takes; no other process has the same. */
  readonly holder: string
}

type Known = Pick<Credential, 'userId' | 'generation'>

/** A token that would run out on its way is renewed before it is handed out. */
const expiryMarginMs = 60_000

/** Longer than a refresh should take. One that takes longer runs on: within the process its flight stands in the way of a second. */
const leaseMs = 60_000

/** In all less than a runner waits, so that what passes soon is not noticed. */
const standardRetryDelaysMs = [500, 2_000, 6_000]

export function createCredentialRenewal(deps: RenewalDependencies): AnswerRejection {
  const { store, runner, forgejo, accessTokens, unsavedTokens, signInsUnderWay, clock, record, log, probe, holder } = deps
  const flights = new Map<string, Promise<void>>()
  let quietUntilMs = Number.NEGATIVE_INFINITY

  return (rejection) => answer(rejection).catch((error: unknown) => report(rejection.userId, error))

  async function answer({ userId, generation }: CredentialRejection): Promise<void> {
    const credential = await store.credentials.find(userId)
    if (credential === undefined) return push({ userId, generation, accessToken: null })
    if (credential.state === 'unreadable') return meetUnreadable(credential)
    const isNewer = credential.generation > generation && credential.accessExpiresAtMs - expiryMarginMs > clock()
    return credential.state === 'dead' || isNewer ? pushStored(credential) : renewOnce(credential)
  }

  /** All who want the same generation renewed wait for the same flight. */
  function renewOnce(credential: Credential): Promise<void> {
    const key = `${credential.userId} ${credential.generation}`
    const underWay = flights.get(key)
    if (underWay !== undefined) return underWay
    const flight = renew(credential)
      .catch((error: unknown) => report(credential.userId, error))
      .finally(() => flights.delete(key))
    flights.set(key, flight)
    return flight
  }

  async function renew(credential: Credential): Promise<void> {
    const { userId, generation } = credential
    const nowMs = clock()
    const leased = await store.credentials.lease({ userId, generation, holder, nowMs, untilMs: nowMs + leaseMs })
    if (!leased) return pushSuccessor(credential)
    const waiting = unsavedTokens.get(userId)
    if (waiting?.generation === generation) return save(credential, waiting.tokens)
    const first = await againUntilDone({
      attempt: () => refresh(credential),
      passes: (failure) => failure.reason === 'unavailable' && failure.retryAfterMs === undefined,
      delaysMs: deps.refreshRetryDelaysMs ?? standardRetryDelaysMs,
      stopping: deps.stopping,
    })
    const refreshed = !first.ok && first.error.reason === 'race_lost' ? await refreshAfterRace(credential) : first
    if (refreshed === undefined) return pushSuccessor(credential)
    if (refreshed.ok) return save(credential, refreshed.value)
    return refreshed.error.reason === 'grant_refused' ? bury(credential, refreshed.error) : giveUp(credential, refreshed.error)
  }

  async function refresh({ userId, generation, refreshToken }: Credential): Promise<Result<ForgejoTokens, ForgejoFailure>> {
    const quietMs = quietUntilMs - clock()
    if (quietMs > 0) return err({ reason: 'unavailable', detail: 'Forgejo asked to be left alone for a while', retryAfterMs: quietMs })
    const refreshed = await forgejo.refresh(refreshToken)
    if (refreshed.ok || refreshed.error.reason !== 'unavailable') return refreshed
    const { detail, retryAfterMs = 0 } = refreshed.error
    quietUntilMs = clock() + retryAfterMs
    // Said each time: if Forgejo served it and only the answer was lost, this is why the next one finds the token used.
    log.info('credential_refresh_unanswered', { userId, generation, detail })
    return refreshed
  }

  /** Another request for the same user was faster, such as a sign-in, which stands in the store in a moment. Undefined where it does. */
  async function refreshAfterRace(credential: Credential): Promise<Result<ForgejoTokens, ForgejoFailure> | undefined> {
    await signInsUnderWay.settled()
    const current = await store.credentials.find(credential.userId)
    return current?.generation === credential.generation ? refresh(credential) : undefined
  }

  async function save(credential: Credential, tokens: ForgejoTokens): Promise<void> {
    const { userId, generation } = credential
    unsavedTokens.set(userId, { generation, tokens })
    const renewed = await store.credentials.renew({ userId, generation, tokens, nowMs: clock() })
    unsavedTokens.delete(userId)
    if (renewed === undefined) return pushSuccessor(credential)
    probe.credentialRefreshed('renewed')
    log.info('credential_renewed', { userId, generation: renewed })
    return push({ userId, generation: renewed, accessToken: tokens.accessToken })
  }

  /** The refresh token is void: because a newer sign-in replaced it, which may not be stored yet, or for good. */
  async function bury({ userId, generation }: Known, { detail: cause }: { readonly detail: string }): Promise<void> {
    await signInsUnderWay.settled()
    const died = await store.credentials.markDead({ userId, generation, nowMs: clock() })
    if (!died) return pushSuccessor({ userId, generation })
    probe.credentialRefreshed('died')
    record({ type: 'credential_died', userId, details: { generation, cause, remedy: 'the user signs in again' } })
    return push({ userId, generation, accessToken: null })
  }

  /** Without the key it was encrypted with, a credential may be good all the same: it is as if Forgejo could not be asked now. */
  async function meetUnreadable({ userId, generation, cause }: UnreadableCredential): Promise<void> {
    if (cause.reason === 'damaged') return bury({ userId, generation }, { detail: 'unreadable' })
    log.error('credential_key_missing', { userId, generation, keyId: cause.keyId, advice: 'load that key again: fjmcp-broker keys list' })
  }

  async function giveUp(credential: Credential, failure: ForgejoFailure): Promise<void> {
    const { userId, generation } = credential
    const { reason, detail } = failure
    const advice = advise(failure)
    probe.credentialRefreshed('failed')
    log[advice === undefined ? 'warn' : 'error']('credential_not_renewed', { userId, generation, reason, detail, advice })
    await store.credentials.release({ userId, generation, holder })
    if (credential.accessExpiresAtMs > clock()) await pushStored(credential)
  }

  /** What stands in the place of a credential that somebody else changed, or is about to. */
  async function pushSuccessor({ userId, generation }: Known): Promise<void> {
    const current = await store.credentials.find(userId)
    if (current === undefined) return push({ userId, generation, accessToken: null })
    if (current.state === 'unreadable') return meetUnreadable(current)
    if (current.generation !== generation || current.state === 'dead') return pushStored(current)
    log.info('credential_leased_elsewhere', { userId, generation })
  }

  function pushStored({ userId, generation, state, accessToken }: Credential): Promise<void> {
    return push({ userId, generation, accessToken: state === 'dead' ? null : accessToken })
  }

  function push(credential: PushedCredential): Promise<void> {
    // Whatever ended it, such as a re-encryption that could not open it: the next request is to find that.
    if (credential.accessToken === null) accessTokens.forgetUser(credential.userId)
    return runner.setCredential(credential)
  }

  function report(userId: string, error: unknown): void {
    const isExpected = error instanceof StoreFailure || error instanceof RunnerUnavailable
    log[isExpected ? 'warn' : 'error']('credential_rejection_unanswered', { userId, ...describeFailure(error) })
  }
}
