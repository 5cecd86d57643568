import { eq } from 'drizzle-orm'
import type { ClientStore } from '../client-store.ts'
import type { Database } from './connection.ts'
import { clients } from './schema.ts'

export function createClientStore(db: Database): ClientStore {
  return {
    async insert(client) {
      await db.insert(clients).values(client)
    },
    find: (id) => db.select().from(clients).where(eq(clients.id, id)).get(),
  }
}
