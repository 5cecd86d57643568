import type { InStatement } from '@libsql/client/sqlite3'
import type { Migration } from './known-migrations.ts'

// As drizzle's own migrator makes it, which has to find it so: it would otherwise begin again. It stays as it is for ever, since the
// schema of every database is compared with what these statements make.
const migrationTable = 'create table if not exists __drizzle_migrations (id serial primary key, hash text not null, created_at numeric)'

/** What brings a database that has the migrations before these to these. */
export function migrationStatements(migrations: readonly Migration[]): InStatement[] {
  return [
    migrationTable,
    ...migrations.flatMap(({ statements, hash, createdAtMs }): readonly InStatement[] => [
      ...statements,
      { sql: 'insert into __drizzle_migrations (hash, created_at) values (?, ?)', args: [hash, createdAtMs] },
    ]),
  ]
}
