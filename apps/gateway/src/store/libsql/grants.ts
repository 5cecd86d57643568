import type { NewId } from '@fjmcp-broker/shared/id'
import type { GrantStore } from '../grant-store.ts'
import type { Database } from './connection.ts'
import { grants } from './schema.ts'

const columns = {
  id: grants.id,
  userId: grants.userId,
  clientId: grants.clientId,
  accessLevel: grants.accessLevel,
  resource: grants.resource,
}

export function createGrantStore(db: Database, newId: NewId): GrantStore {
  return {
    async consent({ userId, clientId, accessLevel, resource, nowMs }) {
      const policy = { accessLevel, resource, updatedAtMs: nowMs }
      const [grant] = await db
        .insert(grants)
        .values({ id: newId('gra'), userId, clientId, createdAtMs: nowMs, ...policy })
        .onConflictDoUpdate({ target: [grants.userId, grants.clientId], set: policy })
        .returning(columns)
      if (grant === undefined) throw new Error('an upsert gave no grant')
      return grant
    },
  }
}
