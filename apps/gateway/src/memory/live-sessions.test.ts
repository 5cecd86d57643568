import { silentLog } from '@fjmcp-broker/shared/log'
import { expect, test } from 'vitest'
import type { Session } from '../store/session-store.ts'
import { StoreFailure } from '../store/store.ts'
import { createLiveSessions } from './live-sessions.ts'
import { createOpenInSessions } from './open-in-sessions.ts'

const session: Session = {
  id: 'ses_1',
  hash: 'hash',
  grantId: 'gra_1',
  userId: 'usr_1',
  clientId: 'cli_1',
  protocolVersion: '2025-11-25',
  logLevel: null,
  createdAtMs: 0,
}

function createStore() {
  let row: Session | undefined = session
  let reads = 0
  /** What a look-up waits for after it has read the row. */
  let slowness = Promise.resolve()
  return {
    reads: () => reads,
    slowBy(promise: Promise<void>) {
      slowness = promise
    },
    sessions: {
      insert: async () => [],
      async find() {
        reads += 1
        const read = row
        await slowness
        return read
      },
      count: async () => 1,
      async setLogLevel(_id: string, logLevel: string) {
        row &&= { ...row, logLevel }
      },
      async end() {
        row = undefined
        return true
      },
      endOf: async () => [],
      endIdle: async () => [],
      countByUser: async () => [],
      touch: () => Promise.reject(new StoreFailure('full')),
    },
  }
}

function open(store: ReturnType<typeof createStore>) {
  const limits = { perUser: 9, inAll: 9 }
  return createLiveSessions({ store, openInSessions: createOpenInSessions(), limits, clock: () => 0, log: silentLog })
}

test('asks the store once for a session that is used often', async () => {
  const store = createStore()
  const sessions = open(store)
  for (let use = 0; use < 3; use += 1) expect(await sessions.find('hash', session)).toEqual(session)
  expect(store.reads()).toBe(1)
  await sessions.flush()
})

test('sees a change at once', async () => {
  const sessions = open(createStore())
  await sessions.find('hash', session)
  await sessions.setLogLevel(session, 'debug')
  expect(await sessions.find('hash', session)).toMatchObject({ logLevel: 'debug' })
  await sessions.end(session)
  expect(await sessions.find('hash', session)).toBeUndefined()
  await sessions.flush()
})

test('does not remember a session that ended while it was looked up', async () => {
  const store = createStore()
  const sessions = open(store)
  const { promise, resolve } = Promise.withResolvers<void>()
  store.slowBy(promise)
  const finding = sessions.find('hash', session)
  await sessions.end(session)
  resolve()
  await finding
  expect(await sessions.find('hash', session)).toBeUndefined()
  await sessions.flush()
})

test('survives that uses cannot be written', async () => {
  const sessions = open(createStore())
  await sessions.find('hash', session)
  await expect(sessions.flush()).resolves.toBeUndefined()
})

test('knows of a use before it is written, of that session alone', async () => {
  const sessions = open(createStore())
  expect(sessions.lastUseOf(session)).toBeUndefined()
  await sessions.find('hash', session)
  expect(sessions.lastUseOf(session)).toBe(0)
  expect(sessions.lastUseOf({ ...session, id: 'ses_2' })).toBeUndefined()
  await sessions.flush()
  expect(sessions.lastUseOf(session)).toBeUndefined()
})
