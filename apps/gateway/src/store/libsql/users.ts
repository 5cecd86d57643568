import type { NewId } from '@fjmcp-broker/shared/id'
import type { UserStore } from '../user-store.ts'
import type { Database } from './connection.ts'
import { users } from './schema.ts'

const columns = { id: users.id, sub: users.sub, login: users.login }

export function createUserStore(db: Database, newId: NewId): UserStore {
  return {
    async upsert({ sub, login, nowMs }) {
      const [user] = await db
        .insert(users)
        .values({ id: newId('usr'), sub, login, createdAtMs: nowMs, updatedAtMs: nowMs })
        .onConflictDoUpdate({ target: users.sub, set: { login, updatedAtMs: nowMs } })
        .returning(columns)
      if (user === undefined) throw new Error('an upsert gave no user')
      return user
    },
  }
}
