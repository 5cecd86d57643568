import { sql } from 'drizzle-orm'
import type { Database } from './connection.ts'
import { facts } from './schema.ts'

type FactName = (typeof facts.$inferSelect)['name']

/** What the broker itself knows, by name. */
export type Facts = Readonly<Partial<Record<FactName, string>>>

export async function readFacts(db: Database): Promise<Facts> {
  const rows = await db.select().from(facts)
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]))
}

/** Records facts, whatever was known before. To be awaited, or put into a batch. */
export function writeFacts(db: Database, values: readonly [Fact, ...Fact[]]) {
  return db
    .insert(facts)
    .values([...values])
    .onConflictDoUpdate({ target: facts.name, set: { value: sql`excluded.value` } })
}

/** One thing that the broker knows. */
export interface Fact {
  readonly name: FactName
  readonly value: string
}
