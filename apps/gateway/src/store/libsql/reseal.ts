import type { Log } from '@fjmcp-broker/shared/log'
import { eq } from 'drizzle-orm'
import type { Sealer } from '../sealing.ts'
import type { Database } from './connection.ts'
import { openTokens, type SealedTokens, sealTokens } from './credential-sealing.ts'
import { writeFacts } from './facts.ts'
import { credentials } from './schema.ts'

/**
 * Seals every credential anew with the current key and records that key, in one batch, so that the previous secret is needed for one
 * start only. A credential that does not open is marked dead: its user signs in again.
 */
export async function resealCredentials({
  db,
  sealer,
  log,
}: {
  readonly db: Database
  readonly sealer: Sealer
  readonly log: Log
}): Promise<void> {
  const rows = await db.select().from(credentials)
  const changes = await Promise.all(rows.map(async (row) => ({ userId: row.userId, change: await reseal({ row, sealer, log }) })))
  await db.batch([
    writeFacts(db, [{ name: 'sealing_key_id', value: sealer.keyId }]),
    ...changes.map(({ userId, change }) => db.update(credentials).set(change).where(eq(credentials.userId, userId))),
  ])
  log.info('credentials_resealed', { keyId: sealer.keyId, count: rows.length })
}

async function reseal({
  row,
  sealer,
  log,
}: {
  readonly row: typeof credentials.$inferSelect
  readonly sealer: Sealer
  readonly log: Log
}): Promise<SealedTokens | { readonly state: 'dead' }> {
  const opened = await openTokens(sealer, row.userId, row)
  if (opened.ok) return sealTokens(sealer, row.userId, opened.value)
  log.error('credential_unreadable', { userId: row.userId, reason: opened.error.reason })
  return { state: 'dead' }
}
