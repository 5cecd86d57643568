import type { Grant } from '../../grant-store.ts'
import type { Store } from '../../store.ts'
import { makeClient } from './client.ts'

/** Makes a user with a live credential, a client and a grant between them. */
export async function makeGrant(store: Store, { sub = '1', clientId = 'cli_editor' } = {}): Promise<Grant> {
  const user = await store.users.upsert({ sub, login: `user${sub}`, nowMs: 1 })
  await store.credentials.replace({
    userId: user.id,
    tokens: { accessToken: `access of ${sub}`, refreshToken: `refresh of ${sub}`, accessExpiresAtMs: 3_600_000 },
    nowMs: 1,
  })
  if ((await store.clients.find(clientId)) === undefined) {
    await store.clients.insert(makeClient({ id: clientId }))
  }
  const resource = 'https://broker.test/mcp'
  return store.grants.consent({ userId: user.id, clientId, accessLevel: 'write', resource, nowMs: 1 })
}
