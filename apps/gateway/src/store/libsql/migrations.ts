import { migrationsFolder } from '@fjmcp-broker/drizzle/migrations-folder'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { migrate } from 'drizzle-orm/libsql/migrator'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import { z } from 'zod'
import type { Database } from './connection.ts'
import type { StoreRefusal } from './refusal.ts'

/**
 * Brings a database of ours to this version's schema, in one transaction, and says how many migrations that took. drizzle itself would
 * open a newer database silently and skip a migration that was merged late, so both are looked for first; then nothing is changed.
 *
 * @param name What the database is called in messages.
 */
export async function migrateDatabase(db: Database, name: string): Promise<Result<number, StoreRefusal>> {
  const known = readMigrationFiles({ migrationsFolder })
  const applied = await readApplied(db)
  const isSameHistory = applied.slice(0, known.length).every((migration, index) => isSame(migration, known[index]))
  if (!isSameHistory) {
    const message = `The database ${name} was made by a broker whose schema had another history than this version's. Use the version that made it, or restore a backup.`
    return err({ reason: 'altered_history', message })
  }
  if (applied.length > known.length) {
    const message = `The database ${name} was used by a newer broker (${applied.length} migrations, this version knows ${known.length}). Use that version again, or restore a backup from before.`
    return err({ reason: 'newer_database', message })
  }
  if (applied.length < known.length) await migrate(db, { migrationsFolder })
  return ok(known.length - applied.length)
}

const appliedRows = z.array(z.object({ hash: z.string(), created_at: z.coerce.number() }))

type AppliedMigration = z.output<typeof appliedRows>[number]

async function readApplied(db: Database): Promise<readonly AppliedMigration[]> {
  const table = await db.$client.execute("select name from sqlite_schema where type = 'table' and name = '__drizzle_migrations'")
  if (table.rows.length === 0) return []
  const applied = await db.$client.execute('select hash, created_at from __drizzle_migrations order by created_at')
  return appliedRows.parse(applied.rows)
}

function isSame(applied: AppliedMigration, known: MigrationMeta | undefined): boolean {
  return applied.hash === known?.hash && applied.created_at === known.folderMillis
}
