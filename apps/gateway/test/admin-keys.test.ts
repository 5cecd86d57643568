import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { fillWithUsers } from '../src/store/libsql/testing/fill-with-users.ts'
import { openStoreFile } from '../src/store/libsql/testing/open-file.ts'
import { makeKey } from '../src/store/libsql/testing/sealer.ts'
import { type Store, StoreFailure } from '../src/store/store.ts'
import { createHarness, type Harness } from './harness.ts'

const lines = z.array(z.looseObject({ progress: z.unknown().optional(), done: z.unknown().optional(), failed: z.unknown().optional() }))

test('tells which keys are loaded, what is sealed with each, and no key itself', async () => {
  const { harness, store } = await createSealed(3)
  const [current, former] = store.keys.loaded
  const answer = await ask(harness, 'GET', '/keys')
  expect(answer.status).toBe(200)
  const text = await answer.text()
  expect(JSON.parse(text)).toMatchObject({
    keys: [
      { id: current.id, name: 'new', use: 'encrypts', rows: 0 },
      { id: former?.id, name: 'former', use: 'opens', rows: 3, isRemovable: false },
      { name: 'client secret', use: 'opens', rows: 0, isRemovable: false },
    ],
    missing: [],
  })
  for (const { bytes } of [makeKey('new'), makeKey('former')]) expect(text).not.toContain(bytes.toBase64().slice(0, 16))
})

test('re-encrypts, tells how far it is in between, and in the end which keys may go', async () => {
  const { harness, store } = await createSealed(50)
  const told = await readLines(await ask(harness, 'POST', '/keys/re-encrypt'))
  expect(told).toMatchObject([
    { progress: { total: 50, checked: 20, resealed: 20 } },
    { progress: { total: 50, checked: 40, resealed: 40 } },
    { progress: { total: 50, checked: 50, resealed: 50 } },
    {
      done: {
        isComplete: true,
        resealed: 50,
        keys: [
          { rows: 50, isRemovable: false },
          { rows: 0, isRemovable: true },
          { rows: 0, isRemovable: false },
        ],
      },
    },
  ])
  await harness.settled()
  expect(harness.log.events.filter(({ event }) => event === 'keys_changed')).toMatchObject([
    { fields: { audit: true, keyId: store.keys.loaded[0].id, keyName: 'new', resealed: 50 } },
  ])
})

test('stops re-encrypting when nobody listens any more', async () => {
  const stopped = Promise.withResolvers<void>()
  const { harness, store } = await createSealed(50, (real) => ({
    ...real,
    auditEvents: {
      ...real.auditEvents,
      // The event is kept when all is over, however it ended.
      insert: async (events) => {
        stopped.resolve()
        return real.auditEvents.insert(events)
      },
    },
  }))
  const answer = await ask(harness, 'POST', '/keys/re-encrypt')
  const reader = answer.body?.getReader()
  await reader?.read()
  await reader?.cancel()
  await stopped.promise
  const uses = await store.keys.uses()
  expect(uses.reduce((sum, { rows }) => sum + rows, 0)).toBe(50)
  expect(uses).toHaveLength(2)
})

test('says that the database failed in the middle', async () => {
  const { harness } = await createSealed(30, (real) => ({
    ...real,
    keys: {
      ...real.keys,
      resealNext: (part) => (part.after === undefined ? real.keys.resealNext(part) : Promise.reject(new StoreFailure('SQLITE_FULL'))),
    },
  }))
  const told = await readLines(await ask(harness, 'POST', '/keys/re-encrypt'))
  expect(told).toMatchObject([
    { progress: { checked: 20 } },
    { failed: { reason: 'store_failed', message: expect.stringContaining('SQLITE_FULL') } },
  ])
  expect(harness.log.events).toContainEqual({
    level: 'error',
    event: 'admin_question_failed',
    fields: { path: '/keys/re-encrypt', reason: 'SQLITE_FULL' },
  })
})

/** A broker whose users' tokens are sealed with a former key. */
async function createSealed(users: number, wrapStore: (store: Store) => Store = (store) => store) {
  const { path } = await fillWithUsers(users, { encryptionKeys: [makeKey('former')] })
  const store = await openStoreFile(path, { encryptionKeys: [makeKey('new'), makeKey('former')] })
  onTestFinished(() => store.close())
  return { store, harness: await createHarness({ wrapStore: () => wrapStore(store) }) }
}

async function ask({ admin }: Harness, method: string, path: string): Promise<Response> {
  return admin(new Request(`http://admin${path}`, { method }))
}

async function readLines(answer: Response) {
  const text = await answer.text()
  return lines.parse(
    text
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line)),
  )
}
