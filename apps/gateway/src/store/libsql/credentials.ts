import { and, eq, isNotNull, isNull, lte, or, sql } from 'drizzle-orm'
import type { Sealer } from '../sealing.ts'
import type { CredentialStore } from '../credential-store.ts'
import type { Database } from './connection.ts'
import { openTokens, sealTokens } from './credential-sealing.ts'
import { credentials } from './schema.ts'

const noLease = { leaseHolder: null, leaseUntilMs: null }
const nextGeneration = sql<number>`${credentials.generation} + 1`

export function createCredentialStore({ db, sealer }: { readonly db: Database; readonly sealer: Sealer }): CredentialStore {
  return {
    async find(userId) {
      const row = await db.select().from(credentials).where(eq(credentials.userId, userId)).get()
      if (row === undefined) return undefined
      const { generation, state } = row
      const forgejoScopes = row.forgejoScopes?.split(' ').filter((name) => name !== '')
      const tokens = await openTokens(sealer, userId, row)
      if (tokens.ok) return { userId, generation, state, forgejoScopes, ...tokens.value }
      return state === 'dead' ? undefined : { userId, generation, state: 'unreadable', forgejoScopes, cause: tokens.error }
    },
    async replace({ userId, tokens, nowMs }) {
      const sealed = await sealTokens(sealer, userId, tokens)
      // A new sign-in may be on a new grant.
      const change = { ...sealed, ...noLease, state: 'live' as const, forgejoScopes: null, updatedAtMs: nowMs }
      const [replaced] = await db
        .insert(credentials)
        .values({ userId, generation: 1, ...change })
        .onConflictDoUpdate({ target: credentials.userId, set: { generation: nextGeneration, ...change } })
        .returning({ generation: credentials.generation })
      if (replaced === undefined) throw new Error('an upsert gave no credential')
      return replaced.generation
    },
    async lease({ userId, generation, holder, nowMs, untilMs }) {
      const isFree = or(isNull(credentials.leaseHolder), eq(credentials.leaseHolder, holder), lte(credentials.leaseUntilMs, nowMs))
      const leased = await db
        .update(credentials)
        .set({ leaseHolder: holder, leaseUntilMs: untilMs })
        .where(and(isGeneration(userId, generation), eq(credentials.state, 'live'), isFree))
      return leased.rowsAffected === 1
    },
    async renew({ userId, generation, tokens, nowMs }) {
      const change = { ...(await sealTokens(sealer, userId, tokens)), ...noLease, state: 'live' as const, updatedAtMs: nowMs }
      const [renewed] = await db
        .update(credentials)
        .set({ generation: nextGeneration, ...change })
        .where(isGeneration(userId, generation))
        .returning({ generation: credentials.generation })
      return renewed?.generation
    },
    async release({ userId, generation, holder }) {
      await db
        .update(credentials)
        .set(noLease)
        .where(and(isGeneration(userId, generation), eq(credentials.leaseHolder, holder)))
    },
    async noteScopes({ userId, generation, scopes }) {
      await db
        .update(credentials)
        .set({ forgejoScopes: scopes.join(' ') })
        .where(isGeneration(userId, generation))
    },
    async markDead({ userId, generation, nowMs }) {
      const died = await db
        .update(credentials)
        .set({ state: 'dead', updatedAtMs: nowMs, ...noLease })
        .where(isGeneration(userId, generation))
      return died.rowsAffected === 1
    },
  }
}

function isGeneration(userId: string, generation: number) {
  return and(eq(credentials.userId, userId), eq(credentials.generation, generation))
}

/** Ends every lease. For the opening of the database: whoever held one was its owner before, and is gone. */
export async function endLeases(db: Database): Promise<void> {
  await db.update(credentials).set(noLease).where(isNotNull(credentials.leaseHolder))
}
