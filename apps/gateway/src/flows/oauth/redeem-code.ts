import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { GatewayDependencies } from '../../dependencies.ts'
import type { RecordEvent } from '../../domain/audit/audit-event.ts'
import { StoreFailure } from '../../store/store.ts'
import type { User } from '../../store/user-store.ts'
import type { ForgejoFailure, ForgejoIdentity } from '../../upstream/forgejo.ts'
import type { AccessTokens } from '../../memory/access-tokens.ts'
import { againUntilDone } from '../again-until-done.ts'
import { createNewestTokens, type DatedTokens } from '../../memory/newest-tokens.ts'
import type { SignInsUnderWay } from '../../memory/sign-ins-under-way.ts'
import { advise } from '../forgejo/advise.ts'

/** A user whose current credential is in the store. */
export interface SignedIn {
  readonly user: User
  readonly accessToken: string
  /** Of the credential that this sign-in brought; undefined where a later sign-in's stands. */
  readonly generation: number | undefined
}

export type RedemptionFailure = ForgejoFailure | StoreRefusal

/**
 * Turns Forgejo's code into a credential in the store. Forgejo's reply voids every older refresh token of the user, for all clients, so
 * what it brought is kept in memory and tried again until it is known whose it is and the store has it, for minutes: bound your wait, not
 * the call.
 */
export type RedeemCode = (request: {
  readonly signInId: string
  readonly clientId: string
  readonly code: string
  readonly codeVerifier: string
  readonly record: RecordEvent
}) => Promise<Result<SignedIn, RedemptionFailure>>

export type RedemptionDependencies = Pick<GatewayDependencies, 'store' | 'forgejo' | 'clock' | 'log' | 'stopping'> & {
  readonly accessTokens: Pick<AccessTokens, 'forgetUser'>
  readonly signInsUnderWay: Pick<SignInsUnderWay, 'add'>
  /** The waits before what failed is tried again. */
  readonly retryDelaysMs: readonly number[]
}

interface StoreRefusal {
  readonly reason: 'store_failed'
  readonly detail: string
}

/** What a sign-in brought. */
interface Harvest {
  readonly signInId: string
  readonly dated: DatedTokens
}

export function createCodeRedemption(deps: RedemptionDependencies): RedeemCode {
  const { store, forgejo, accessTokens, clock, log } = deps
  const newestTokens = createNewestTokens(deps)

  return (request) => {
    const work = redeem(request)
    deps.signInsUnderWay.add(work)
    return work
  }

  async function redeem({ signInId, clientId, code, codeVerifier, record }: Parameters<RedeemCode>[0]): ReturnType<RedeemCode> {
    const dated = await newestTokens.ask(() => forgejo.exchangeCode({ code, codeVerifier }))
    const signedIn = dated.ok ? await keep({ signInId, dated: dated.value }) : dated
    if (!signedIn.ok) report(signInId, signedIn.error)
    else {
      const { id: userId, login: userLogin } = signedIn.value.user
      record({ type: 'user_signed_in', userId, userLogin, clientId, details: { signInId } })
    }
    return signedIn
  }

  async function keep({ signInId, dated }: Harvest): Promise<Result<SignedIn, RedemptionFailure>> {
    const identity = await again(() => forgejo.identify(dated.tokens.accessToken))
    const kept = identity.ok ? await keepFor(identity.value, { signInId, dated }) : identity
    if (!kept.ok) log.error('credential_lost', { signInId, reason: kept.error.reason })
    return kept
  }

  async function keepFor(identity: ForgejoIdentity, { signInId, dated }: Harvest): Promise<Result<SignedIn, StoreRefusal>> {
    const living = await newestTokens.settle(identity.sub, dated)
    const { accessToken } = (living ?? dated).tokens
    return again(async () => {
      const user = await trying(() => store.users.upsert({ ...identity, nowMs: clock() }))
      if (!user.ok) return user
      const generation = await trying(() => replace(user.value, { signInId, dated: living }))
      return generation.ok ? ok({ user: user.value, accessToken, generation: generation.value }) : generation
    })
  }

  /** Of sign-ins that are stored at the same time the newest one's tokens stay. */
  async function replace(
    { id: userId, sub }: User,
    { signInId, dated }: { readonly signInId: string; readonly dated: DatedTokens | undefined },
  ): Promise<number | undefined> {
    if (dated === undefined || !newestTokens.areNewest(sub, dated)) {
      log.info('credential_superseded', { signInId, userId })
      return undefined
    }
    const generation = await store.credentials.replace({ userId, tokens: dated.tokens, nowMs: clock() })
    accessTokens.forgetUser(userId)
    log.info('credential_replaced', { signInId, userId, generation })
    return generation
  }

  function again<Value, Failure extends RedemptionFailure>(
    attempt: () => Promise<Result<Value, Failure>>,
  ): Promise<Result<Value, Failure>> {
    return againUntilDone({ attempt, passes: isPassing, delaysMs: deps.retryDelaysMs, stopping: deps.stopping })
  }

  function report(signInId: string, failure: RedemptionFailure): void {
    const fields = { signInId, reason: failure.reason, detail: failure.detail }
    switch (failure.reason) {
      case 'client_refused':
        log.error('broker_refused_by_forgejo', { ...fields, advice: advise(failure) })
        break
      case 'not_understood':
        log.error('forgejo_not_understood', { ...fields, advice: advise(failure) })
        break
      case 'grant_refused':
      case 'race_lost':
        log.warn('forgejo_code_refused', fields)
        break
      case 'token_refused':
        log.warn('forgejo_user_refused', fields)
        break
      case 'unavailable':
        log.warn('forgejo_unavailable', fields)
        break
      case 'store_failed':
        log.error('sign_in_not_stored', fields)
        break
    }
  }
}

function isPassing({ reason }: RedemptionFailure): boolean {
  return reason === 'unavailable' || reason === 'not_understood' || reason === 'store_failed'
}

async function trying<Value>(work: () => Promise<Value>): Promise<Result<Value, StoreRefusal>> {
  try {
    return ok(await work())
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error
    return err({ reason: 'store_failed', detail: error.message })
  }
}
