import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { GatewayDependencies } from '../../dependencies.ts'
import type { RecordEvent } from '../../domain/audit/audit-event.ts'
import { StoreFailure } from '../../store/store.ts'
import type { User } from '../../store/user-store.ts'
import type { ForgejoFailure, ForgejoIdentity, ForgejoTokens } from '../../upstream/forgejo.ts'
import type { AccessTokens } from '../../memory/access-tokens.ts'
import { againUntilDone } from './again-until-done.ts'
import { createBoundedMap } from '../../memory/bounded-map.ts'

/** A user whose current credential is in the store. */
export interface SignedIn {
  readonly user: User
  readonly accessToken: string
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
  /** The place among the sign-ins that asked for tokens: Forgejo is taken to have answered them in this order. */
  readonly order: number
  readonly tokens: ForgejoTokens
}

export function createCodeRedemption(deps: RedemptionDependencies): RedeemCode {
  const { store, forgejo, accessTokens, clock, log } = deps
  let asked = 0
  /** By `sub`, the newest sign-in that brought tokens: those of an older one that comes late are void. */
  const newest = createBoundedMap<number>(10_000)

  return async ({ signInId, clientId, code, codeVerifier, record }) => {
    const order = ++asked
    const tokens = await forgejo.exchangeCode({ code, codeVerifier })
    const signedIn = tokens.ok ? await keep({ signInId, order, tokens: tokens.value }) : tokens
    if (signedIn.ok) await record({ type: 'user_signed_in', userId: signedIn.value.user.id, clientId, details: { signInId } })
    else report(signInId, signedIn.error)
    return signedIn
  }

  async function keep(harvest: Harvest): Promise<Result<SignedIn, RedemptionFailure>> {
    const { signInId, order, tokens } = harvest
    const identity = await again(() => forgejo.identify(tokens.accessToken))
    if (identity.ok) newest.set(identity.value.sub, Math.max(order, newest.get(identity.value.sub) ?? 0))
    const kept = identity.ok ? await again(() => save(harvest, identity.value)) : identity
    if (!kept.ok) log.error('credential_lost', { signInId, reason: kept.error.reason })
    return kept
  }

  async function save({ signInId, order, tokens }: Harvest, identity: ForgejoIdentity): Promise<Result<SignedIn, StoreRefusal>> {
    try {
      const user = await store.users.upsert({ ...identity, nowMs: clock() })
      if (order < (newest.get(identity.sub) ?? order)) log.info('credential_superseded', { signInId, userId: user.id })
      else {
        const generation = await store.credentials.replace({ userId: user.id, tokens, nowMs: clock() })
        accessTokens.forgetUser(user.id)
        log.info('credential_replaced', { signInId, userId: user.id, generation })
      }
      return ok({ user, accessToken: tokens.accessToken })
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error
      return err({ reason: 'store_failed', detail: error.message })
    }
  }

  function again<Value, Failure extends RedemptionFailure>(
    attempt: () => Promise<Result<Value, Failure>>,
  ): Promise<Result<Value, Failure>> {
    return againUntilDone({ attempt, passes: isPassing, delaysMs: deps.retryDelaysMs, stopping: deps.stopping })
  }

  function report(signInId: string, { reason, detail }: RedemptionFailure): void {
    const fields = { signInId, reason, detail }
    switch (reason) {
      case 'client_refused':
        log.error('broker_refused_by_forgejo', { ...fields, advice: 'check FORGEJO_OAUTH_CLIENT_ID and FORGEJO_OAUTH_CLIENT_SECRET' })
        break
      case 'grant_refused':
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
  return reason === 'unavailable' || reason === 'store_failed'
}
