import type { Grant, Store } from '../../store.ts'

/** Makes a user with a live credential, a client and a grant between them. */
export async function makeGrant(store: Store, { sub = '1', clientId = 'cli_editor' } = {}): Promise<Grant> {
  const user = await store.users.upsert({ sub, login: `user${sub}`, nowMs: 1 })
  await store.credentials.replace({
    userId: user.id,
    tokens: { accessToken: `access of ${sub}`, refreshToken: `refresh of ${sub}`, accessExpiresAtMs: 3_600_000 },
    nowMs: 1,
  })
  if ((await store.clients.find(clientId)) === undefined) {
    await store.clients.insert({ id: clientId, name: 'Editor', redirectUris: ['http://127.0.0.1/callback'], createdAtMs: 1 })
  }
  const resource = 'https://broker.test/mcp'
  return store.grants.consent({ userId: user.id, clientId, accessLevel: 'write', resource, nowMs: 1 })
}
