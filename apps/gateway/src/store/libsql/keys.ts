import type { Log } from '@fjmcp-broker/shared/log'
import { and, asc, eq, gt } from 'drizzle-orm'
import { findMissingKeys } from '../../domain/keys/key-report.ts'
import type { KeyStore, ResealedBatch } from '../key-store.ts'
import { readKeyId, type Sealer } from '../sealing.ts'
import type { Database } from './connection.ts'
import { openTokens, type SealedTokens, sealTokens } from './credential-sealing.ts'
import { readFacts, writeFacts } from './facts.ts'
import { addKeyNames } from './key-names.ts'
import { readKeyUses } from './key-uses.ts'
import { credentials } from './schema.ts'

export function createKeyStore({ db, sealer, log }: { readonly db: Database; readonly sealer: Sealer; readonly log: Log }): KeyStore {
  const [encrypting] = sealer.keys
  return {
    loaded: sealer.keys,
    async uses() {
      const uses = await readKeyUses(db.$client)
      return findMissingKeys(sealer.keys, uses).length === 0 ? uses : addKeyNames(db.$client, uses)
    },
    count: () => db.$count(credentials),
    async recordedId() {
      const facts = await readFacts(db)
      return facts.sealing_key_id
    },
    async recordEncrypting() {
      await writeFacts(db, [{ name: 'sealing_key_id', value: encrypting.id }])
    },
    async resealNext({ after, limit }) {
      const rows = await db
        .select()
        .from(credentials)
        .where(after === undefined ? undefined : gt(credentials.userId, after))
        .orderBy(asc(credentials.userId))
        .limit(limit)
      const stale = rows.filter((row) => !isSealedWith(encrypting.id, row))
      const changes = await Promise.all(stale.map(async (row) => ({ row, change: await reseal({ row, sealer, log }) })))
      return { checked: rows.length, last: rows.at(-1)?.userId, ...(await carryOut(db, changes)) }
    },
  }
}

type Row = typeof credentials.$inferSelect
type Change = SealedTokens | typeof death | undefined

const death = { state: 'dead', leaseHolder: null, leaseUntilMs: null } as const

function isSealedWith(keyId: string, { sealedAccessToken, sealedRefreshToken }: SealedTokens): boolean {
  return readKeyId(sealedAccessToken) === keyId && readKeyId(sealedRefreshToken) === keyId
}

/** What becomes of a credential; nothing where its key is not loaded, since it may be again. */
async function reseal({ row, sealer, log }: { readonly row: Row; readonly sealer: Sealer; readonly log: Log }): Promise<Change> {
  const opened = await openTokens(sealer, row.userId, row)
  if (opened.ok) return sealTokens(sealer, row.userId, opened.value)
  const { reason } = opened.error
  if (row.state === 'live') log.error('credential_unreadable', { userId: row.userId, generation: row.generation, reason })
  return reason === 'damaged' && row.state === 'live' ? death : undefined
}

async function carryOut(
  db: Database,
  changes: readonly { readonly row: Row; readonly change: Change }[],
): Promise<Pick<ResealedBatch, 'resealed' | 'damaged'>> {
  const statements = changes.flatMap(({ row, change }) =>
    change === undefined ? [] : [{ kills: change === death, query: db.update(credentials).set(change).where(isUnchanged(row)) }],
  )
  const [first, ...others] = statements.map(({ query }) => query)
  if (first === undefined) return { resealed: 0, damaged: 0 }
  const done = await db.batch([first, ...others])
  const count = (kills: boolean): number =>
    done.filter(({ rowsAffected }, index) => rowsAffected === 1 && statements[index]?.kills === kills).length
  return { resealed: count(false), damaged: count(true) }
}

/** Compares what is sealed, since a renewal or a sign-in may come between: theirs are newer tokens. */
function isUnchanged({ userId, sealedAccessToken, sealedRefreshToken }: Row) {
  return and(
    eq(credentials.userId, userId),
    eq(credentials.sealedAccessToken, sealedAccessToken),
    eq(credentials.sealedRefreshToken, sealedRefreshToken),
  )
}
