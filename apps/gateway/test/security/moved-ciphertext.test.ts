import { eq, getTableColumns, is } from 'drizzle-orm'
import { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { expect, test } from 'vitest'
import { openSuccessors, sealSuccessors } from '../../src/flows/oauth/kept-successors.ts'
import * as schema from '../../src/store/libsql/schema.ts'
import { openTestDatabase } from '../../src/store/libsql/testing/database.ts'
import { makeGrant } from '../../src/store/libsql/testing/grant.ts'

const { credentials, signIns } = schema

/** A sealed column of one row. */
interface Place {
  readonly name: string
  /** What is sealed there. */
  readonly own: string
  /** What the store makes of a text there; undefined where it does not open. */
  readonly read: (text: string) => Promise<unknown>
}

test('every sealed column is looked at here', () => {
  const tables = Object.values(schema).filter((exported) => is(exported, SQLiteTable))
  const columns = tables.flatMap((table) => Object.values(getTableColumns(table)).map(({ name }) => name))
  expect(columns.filter((name) => name.startsWith('sealed_') && !name.endsWith('_at_ms'))).toEqual([
    'sealed_access_token',
    'sealed_refresh_token',
    'sealed_upstream_code_verifier',
    'sealed_successors',
  ])
})

test('opens in its own place and in no other column, row or table, nor for another user', async () => {
  const places = await makePlaces()
  expect(places).toHaveLength(6)
  for (const place of places)
    expect({ place: place.name, opened: await place.read(place.own) }).toMatchObject({ opened: expect.anything() })
  for (const from of places) {
    for (const to of places.filter((place) => place !== from)) {
      expect({ from: from.name, to: to.name, opened: await to.read(from.own) }).toMatchObject({ opened: undefined })
    }
  }
})

test('the successors of a refresh token open for that token and in its row only', async () => {
  const tokens = { accessToken: 'access', refreshToken: 'refresh', accessLevel: 'read', accessExpiresAtMs: 1 } as const
  const used = { token: 'token', hash: 'hash' }
  const sealed = await sealSuccessors(tokens, used)
  expect(await openSuccessors(sealed, used)).toEqual({ ok: true, value: tokens })
  expect(await openSuccessors(sealed, { ...used, hash: 'other hash' })).toMatchObject({ ok: false })
  expect(await openSuccessors(sealed, { ...used, token: 'other token' })).toMatchObject({ ok: false })
})

async function makePlaces(): Promise<readonly Place[]> {
  const { db, store } = await openTestDatabase()
  return [...(await credentialPlaces('1')), ...(await credentialPlaces('2')), await signInPlace('1'), await signInPlace('2')]

  async function credentialPlaces(sub: string): Promise<readonly Place[]> {
    const { userId } = await makeGrant(store, { sub })
    const [row] = await db.select().from(credentials).where(eq(credentials.userId, userId))
    if (row === undefined) throw new Error('there is no credential')
    return (['sealedAccessToken', 'sealedRefreshToken'] as const).map((column) => ({
      name: `${column} of user ${sub}`,
      own: row[column],
      async read(text) {
        await db
          .update(credentials)
          .set({ ...row, [column]: text })
          .where(eq(credentials.userId, userId))
        const found = await store.credentials.find(userId)
        return found?.state === 'unreadable' ? undefined : found
      },
    }))
  }

  async function signInPlace(sub: string): Promise<Place> {
    const id = `sig_${sub}`
    const browserHash = `browser ${sub}`
    const presented = { upstreamStateHash: `state ${sub}`, browserHash, nowMs: 1 }
    await begin()
    const [row] = await db.select().from(signIns).where(eq(signIns.id, id))
    return {
      name: `the verifier of sign-in ${sub}`,
      own: row?.sealedUpstreamCodeVerifier ?? '',
      async read(text) {
        await store.signIns.take(presented)
        await begin()
        await db.update(signIns).set({ sealedUpstreamCodeVerifier: text }).where(eq(signIns.id, id))
        return store.signIns.take(presented)
      },
    }

    async function begin(): Promise<void> {
      await store.signIns.insert({
        id,
        browserHash,
        csrfHash: 'csrf',
        clientId: 'cli_editor',
        redirectUri: 'http://127.0.0.1/callback',
        clientState: null,
        codeChallenge: 'challenge',
        resource: 'https://broker.test/mcp',
        requestedLevel: 'read',
        expiresAtMs: 1_000,
      })
      await store.signIns.approve({ id, ...presented, grantedLevel: 'read', upstreamCodeVerifier: `verifier ${sub}` })
    }
  }
}
