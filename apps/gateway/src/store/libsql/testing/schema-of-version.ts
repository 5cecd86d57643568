import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { migrationsFolder } from '@fjmcp-broker/drizzle/migrations-folder'
import { z } from 'zod'
import { type BrokerSchema, type OlderBrokers, readBrokerSchema } from '../known-migrations.ts'
import { makeTemporaryFolder } from './temporary-folder.ts'

/** A migration that a version after this one brings. */
export interface LaterMigration {
  readonly tag: string
  readonly sql: string
  readonly since: string
  readonly olderBrokers: OlderBrokers
}

/** A later version of the broker, as far as the database knows it. */
export interface LaterVersion {
  readonly version: string
  readonly folder: string
  readonly schema: BrokerSchema
}

/** A column more, which older brokers do not miss. */
export const addition: LaterMigration = {
  tag: '0001_addition',
  sql: 'alter table users add column nickname text',
  since: '0.2.0',
  olderBrokers: 'go_on',
}

/** A column under another name, which older brokers would look for in vain. */
export const upheaval: LaterMigration = {
  tag: '0002_upheaval',
  sql: 'alter table users rename column login to name',
  since: '0.3.0',
  olderBrokers: 'refuse',
}

/** Makes the schema of a later version: this version's and these migrations. */
export function makeLaterVersion(version: string, migrations: readonly LaterMigration[]): LaterVersion {
  const folder = join(makeTemporaryFolder(), 'migrations')
  cpSync(migrationsFolder, folder, { recursive: true })
  for (const { tag, sql, since, olderBrokers } of migrations) {
    writeFileSync(join(folder, `${tag}.sql`), sql)
    edit(join(folder, 'meta', '_journal.json'), (found) => {
      const journal = z.looseObject({ entries: z.array(z.looseObject({ when: z.number() })) }).parse(found)
      const [{ when } = { when: 0 }] = journal.entries.slice(-1)
      const entry = { idx: journal.entries.length, version: '6', when: when + 1, tag, breakpoints: true }
      return { ...journal, entries: [...journal.entries, entry] }
    })
    edit(join(folder, 'compatibility.json'), (found) => [...z.array(z.unknown()).parse(found), { tag, since, olderBrokers }])
  }
  return { version, folder, schema: readBrokerSchema({ folder, version }) }
}

function edit(path: string, change: (found: unknown) => unknown): void {
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')))))
}
