import { sql } from 'drizzle-orm'
import { openTestDatabase } from '../../../src/store/libsql/testing/database.ts'
import type { Store } from '../../../src/store/store.ts'

export interface CountedStore {
  readonly store: Store
  /** What was asked of it, in order: `clients.find`. */
  readonly asked: readonly string[]
  /** The rows of each table. */
  readonly countRows: () => Promise<Readonly<Record<string, number>>>
}

/** A store that tells what was asked of it and what it holds. */
export async function openCountedStore(): Promise<CountedStore> {
  const { db, store } = await openTestDatabase()
  const asked: string[] = []
  const listen = <Part extends object>(name: string, part: Part): Part =>
    new Proxy(part, {
      get(target, key, receiver) {
        const value: unknown = Reflect.get(target, key, receiver)
        const path = name === '' ? String(key) : `${name}.${String(key)}`
        if (typeof value === 'object' && value !== null) return listen(path, value)
        if (typeof value === 'function') asked.push(path)
        return value
      },
    })
  return {
    store: listen('', store),
    asked,
    async countRows() {
      const tables = await db.all<{ readonly name: string }>(sql`SELECT name FROM sqlite_schema WHERE type = 'table'`)
      const counts = tables.map(async ({ name }) => {
        const row = await db.get<{ readonly count: number }>(sql`SELECT count(*) AS count FROM ${sql.identifier(name)}`)
        return [name, row.count] as const
      })
      return Object.fromEntries(await Promise.all(counts))
    },
  }
}
