import { createNewId } from '@fjmcp-broker/shared/id'
import { silentLog } from '@fjmcp-broker/shared/log'
import type { Store } from '../../store.ts'
import { type Database, openConnection } from '../connection.ts'
import { createLibsqlStore } from '../libsql-store.ts'
import { readBrokerSchema } from '../known-migrations.ts'
import { migrateDatabase } from '../migrations.ts'
import { createTestSealer } from './sealer.ts'

/** A store together with the database under it, to look at rows and to make the database fail. */
export async function openTestDatabase(url = 'file::memory:'): Promise<{ readonly db: Database; readonly store: Store }> {
  const db = openConnection({ url, log: silentLog })
  await migrateDatabase({ db, name: url, schema: readBrokerSchema(), log: silentLog })
  const sealer = await createTestSealer()
  const store = createLibsqlStore({ db, sealer, newId: createNewId(() => 1), log: silentLog, release: async () => {} })
  return { db, store }
}
