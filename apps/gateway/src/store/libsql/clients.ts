import { and, eq, isNotNull } from 'drizzle-orm'
import type { ClientStore } from '../client-store.ts'
import type { Database } from './connection.ts'
import { clients } from './schema.ts'

export function createClientStore(db: Database): ClientStore {
  return {
    async insert(client) {
      await db.insert(clients).values(client)
    },
    async saveDocumentClient(client) {
      const { name, redirectUris, authMethod, documentExpiresAtMs } = client
      await db
        .insert(clients)
        .values(client)
        .onConflictDoUpdate({ target: clients.id, set: { name, redirectUris, authMethod, documentExpiresAtMs } })
    },
    async outdateDocument(id) {
      await db
        .update(clients)
        .set({ documentExpiresAtMs: 0 })
        .where(and(eq(clients.id, id), isNotNull(clients.documentExpiresAtMs)))
    },
    find: (id) => db.select().from(clients).where(eq(clients.id, id)).get(),
  }
}
