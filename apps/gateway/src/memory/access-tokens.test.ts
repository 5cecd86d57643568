import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createSecrets } from '../domain/oauth/secrets.ts'
import type { AccessToken } from '../store/token-store.ts'
import { createAccessTokens } from './access-tokens.ts'

const secrets = createSecrets({ randomBytes, sha256: (text) => createHash('sha256').update(text).digest() })
const issued: AccessToken = {
  familyId: 'fam_1',
  grantId: 'gra_1',
  clientId: 'cli_1',
  userId: 'usr_1',
  accessLevel: 'read',
  resource: 'https://mcp.example.org/mcp',
  credentialState: 'live',
  expiresAtMs: 1_000,
}

function createScene({ limit }: { readonly limit?: number } = {}) {
  const rows = new Map<string, AccessToken>()
  const scene = {
    nowMs: 0,
    lookUps: 0,
    /** What a look-up waits for between reading its row and answering. */
    delay: Promise.resolve(),
    issue(change: Partial<AccessToken> = {}): string {
      const token = secrets.create('access_token')
      rows.set(secrets.hash(token), { ...issued, ...change })
      return token
    },
    change(token: string, change: Partial<AccessToken>) {
      rows.set(secrets.hash(token), { ...issued, ...change })
    },
  }
  const tokens = {
    async findAccess(hash: string) {
      scene.lookUps++
      const row = rows.get(hash)
      await scene.delay
      return row
    },
  }
  const accessTokens = createAccessTokens({ store: { tokens }, secrets, clock: () => scene.nowMs }, limit)
  return { scene, accessTokens }
}

test('looks a token up once and knows it from then on', async () => {
  const { scene, accessTokens } = createScene()
  const token = scene.issue()
  for (let n = 0; n < 3; n++) expect(await accessTokens.check(token)).toEqual({ ok: true, value: issued })
  expect(scene.lookUps).toBe(1)
})

test('honours the expiry of a token that it remembers', async () => {
  const { scene, accessTokens } = createScene()
  const token = scene.issue()
  await accessTokens.check(token)
  scene.nowMs = 1_000
  expect(await accessTokens.check(token)).toEqual({ ok: false, error: { reason: 'expired' } })
})

test.each(['', 'x', 'Bearer', `fjb_rt_${'a'.repeat(43)}`, `fjb_at_${'a'.repeat(1_000_000)}`])(
  'does not ask the store about garbage (%#)',
  async (token) => {
    const { scene, accessTokens } = createScene()
    expect(await accessTokens.check(token)).toEqual({ ok: false, error: { reason: 'unknown_token' } })
    expect(scene.lookUps).toBe(0)
  },
)

test('does not remember that a token is unknown', async () => {
  const { scene, accessTokens } = createScene()
  const token = secrets.create('access_token')
  expect(await accessTokens.check(token)).toEqual({ ok: false, error: { reason: 'unknown_token' } })
  scene.change(token, {})
  expect(await accessTokens.check(token)).toMatchObject({ ok: true })
})

test('keeps no more tokens than its limit, those used last', async () => {
  const { scene, accessTokens } = createScene({ limit: 2 })
  const [first, second, third] = [scene.issue(), scene.issue(), scene.issue()]
  await accessTokens.check(first)
  await accessTokens.check(second)
  await accessTokens.check(first)
  await accessTokens.check(third)
  expect(scene.lookUps).toBe(3)
  await accessTokens.check(first)
  expect(scene.lookUps).toBe(3)
  await accessTokens.check(second)
  expect(scene.lookUps).toBe(4)
})

describe('forgetUser', () => {
  test('makes a dead credential show at once, and its revival too', async () => {
    const { scene, accessTokens } = createScene()
    const token = scene.issue()
    await accessTokens.check(token)
    scene.change(token, { credentialState: 'dead' })
    accessTokens.forgetUser('usr_1')
    expect(await accessTokens.check(token)).toEqual({ ok: false, error: { reason: 'credential_dead' } })
    scene.change(token, { credentialState: 'live' })
    accessTokens.forgetUser('usr_1')
    expect(await accessTokens.check(token)).toMatchObject({ ok: true })
  })

  test('leaves other users’ tokens in memory', async () => {
    const { scene, accessTokens } = createScene()
    const token = scene.issue({ userId: 'usr_2' })
    await accessTokens.check(token)
    accessTokens.forgetUser('usr_1')
    await accessTokens.check(token)
    expect(scene.lookUps).toBe(1)
  })

  test('is not undone by a look-up that was under way', async () => {
    const { scene, accessTokens } = createScene()
    const token = scene.issue()
    const { promise, resolve } = Promise.withResolvers<void>()
    scene.delay = promise
    const early = accessTokens.check(token)
    scene.change(token, { credentialState: 'dead' })
    accessTokens.forgetUser('usr_1')
    resolve()
    await early
    expect(await accessTokens.check(token)).toEqual({ ok: false, error: { reason: 'credential_dead' } })
  })
})
