import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { migrationsFolder } from '@fjmcp-broker/drizzle/migrations-folder'
import { brokerVersion } from '@fjmcp-broker/shared/version'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { z } from 'zod'

/** What one version of the broker knows of the schema. */
export interface BrokerSchema {
  /** The version that knows it. */
  readonly version: string
  /** In the order of their making. */
  readonly migrations: readonly Migration[]
}

export interface Migration {
  /** The name of its file, without the ending. */
  readonly tag: string
  /** The first version of the broker that has it. */
  readonly since: string
  /** What brokers that do not know it do with a database that has it. */
  readonly olderBrokers: OlderBrokers
  readonly statements: readonly string[]
  /** SHA-256 of its text in hexadecimal. */
  readonly hash: string
  readonly createdAtMs: number
}

/**
 * `go_on` where a migration only adds what older brokers need not know: a table, an index, a column that may be null or has a default.
 * Whatever they read must mean what it meant before, and whatever they write must be complete. Everything else is `refuse`: so is a new
 * sealed column, which they would not seal anew when the secret changes, and a trigger or view, which they take for somebody else's.
 */
export type OlderBrokers = z.output<typeof olderBrokers>

/**
 * Reads the schema that this broker knows: the migrations, and `compatibility.json`, which says of each one which brokers can use it.
 * Throws when the two do not speak of the same migrations.
 */
export function readBrokerSchema({ folder = migrationsFolder, version = brokerVersion } = {}): BrokerSchema {
  const files = readMigrationFiles({ migrationsFolder: folder })
  const { entries } = journal.parse(readJson(folder, 'meta/_journal.json'))
  const compatibilities = compatibility.parse(readJson(folder, 'compatibility.json'))
  if (compatibilities.length !== entries.length) throw new Error('compatibility.json lists each migration once, in their order')
  const migrations = files.map((file, index): Migration => {
    const entry = compatibilities[index]
    if (entry === undefined || entry.tag !== entries[index]?.tag) {
      throw new Error(`compatibility.json has ${entry?.tag} where the journal has ${entries[index]?.tag}`)
    }
    const { tag, since, olderBrokers } = entry
    return { tag, since, olderBrokers, statements: file.sql, hash: file.hash, createdAtMs: file.folderMillis }
  })
  return { version, migrations }
}

const olderBrokers = z.enum(['go_on', 'refuse'])

const journal = z.object({ entries: z.array(z.object({ tag: z.string() })) })

const compatibility = z.array(z.strictObject({ tag: z.string(), since: z.string().regex(/^\d+\.\d+\.\d+/), olderBrokers }))

function readJson(folder: string, name: string): unknown {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'))
}
