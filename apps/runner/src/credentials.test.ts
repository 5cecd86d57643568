import type { CredentialRejection } from '@fjmcp-broker/shared/runner/runner'
import { expect, test } from 'vitest'
import { createCredentials } from './credentials.ts'
import type { Schedule } from './schedule.ts'

test('holds the newest credential of each user and ignores older ones', () => {
  const { credentials } = setUp()
  credentials.set({ userId: 'alice', generation: 2, accessToken: 'a2' })
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'a1' })
  credentials.set({ userId: 'alice', generation: 1, accessToken: null })
  credentials.set({ userId: 'bob', generation: 1, accessToken: 'b1' })
  expect(credentials.current('alice')).toEqual({ generation: 2, accessToken: 'a2' })
  expect(credentials.current('bob')).toEqual({ generation: 1, accessToken: 'b1' })
  expect(credentials.current('carol')).toBeUndefined()
})

test('a generation that died does not come back, a newer one does', () => {
  const { credentials } = setUp()
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'a1' })
  credentials.set({ userId: 'alice', generation: 1, accessToken: null })
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'a1' })
  expect(credentials.current('alice')).toBe('dead')
  credentials.set({ userId: 'alice', generation: 2, accessToken: 'a2' })
  expect(credentials.current('alice')).toEqual({ generation: 2, accessToken: 'a2' })
})

test('announces one rejection for fifty that wait, and gives the new token to all of them', async () => {
  const { credentials, announced } = setUp()
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'a1' })
  const waiting = Array.from({ length: 50 }, () => credentials.fresh('alice', 1))
  credentials.set({ userId: 'bob', generation: 9, accessToken: 'b9' })
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'a1' })
  credentials.set({ userId: 'alice', generation: 2, accessToken: 'a2' })
  expect(await Promise.all(waiting)).toEqual(Array.from({ length: 50 }, () => ({ generation: 2, accessToken: 'a2' })))
  expect(announced).toEqual([{ userId: 'alice', generation: 1 }])
})

test('a late rejection of an old generation gets the newer token without an announcement', async () => {
  const { credentials, announced } = setUp()
  credentials.set({ userId: 'alice', generation: 2, accessToken: 'a2' })
  expect(await credentials.fresh('alice', 1)).toEqual({ generation: 2, accessToken: 'a2' })
  expect(announced).toEqual([])
})

test('forgets a user at a word, and whoever waits still gets the token that comes', async () => {
  const { credentials } = setUp()
  credentials.set({ userId: 'alice', generation: 2, accessToken: 'a2' })
  const waiting = credentials.fresh('alice', 2)
  credentials.forget('alice')
  expect(credentials.current('alice')).toBeUndefined()
  credentials.set({ userId: 'alice', generation: 3, accessToken: 'a3' })
  expect(await waiting).toEqual({ generation: 3, accessToken: 'a3' })
})

test('wants one where none is held, once together with whoever waits for it', async () => {
  const { credentials, announced } = setUp()
  credentials.want('alice')
  credentials.want('alice')
  const waiting = credentials.fresh('alice', 0)
  expect(announced).toEqual([{ userId: 'alice', generation: 0 }])
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'a1' })
  expect(await waiting).toEqual({ generation: 1, accessToken: 'a1' })
  credentials.want('alice')
  credentials.set({ userId: 'bob', generation: 1, accessToken: null })
  credentials.want('bob')
  expect(announced).toHaveLength(1)
})

test('asks with generation 0 when none is held', async () => {
  const { credentials, announced } = setUp()
  const waiting = credentials.fresh('alice', 0)
  expect(announced).toEqual([{ userId: 'alice', generation: 0 }])
  credentials.set({ userId: 'alice', generation: 7, accessToken: 'a7' })
  expect(await waiting).toEqual({ generation: 7, accessToken: 'a7' })
})

test('tells those that wait that the credential is dead, and asks again at the next use', async () => {
  const { credentials, announced } = setUp()
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'a1' })
  const first = credentials.fresh('alice', 1)
  credentials.set({ userId: 'alice', generation: 1, accessToken: null })
  expect(await first).toBe('dead')

  const stillDead = credentials.fresh('alice', 0)
  credentials.set({ userId: 'alice', generation: 1, accessToken: null })
  expect(await stillDead).toBe('dead')

  const revived = credentials.fresh('alice', 0)
  credentials.set({ userId: 'alice', generation: 2, accessToken: 'a2' })
  expect(await revived).toEqual({ generation: 2, accessToken: 'a2' })
  expect(announced.map(({ generation }) => generation)).toEqual([1, 0, 0])
})

test('gives up when nobody answers, and announces anew afterwards', async () => {
  const { credentials, announced, timers } = setUp()
  const waiting = credentials.fresh('alice', 0)
  expect(timers.map(({ delayMs }) => delayMs)).toEqual([15_000])
  timers[0]?.task()
  expect(await waiting).toBe('timeout')
  const again = credentials.fresh('alice', 0)
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'a1' })
  expect(await again).toEqual({ generation: 1, accessToken: 'a1' })
  expect(announced).toHaveLength(2)
  expect(timers).toEqual([])
})

test('a new listener hears what still waits, a stopped one hears nothing', async () => {
  const { credentials, announced } = setUp()
  const waiting = credentials.fresh('alice', 3)
  const heard: CredentialRejection[] = []
  const stop = credentials.onRejected((rejection) => heard.push(rejection))
  expect(heard).toEqual([{ userId: 'alice', generation: 3 }])
  credentials.set({ userId: 'alice', generation: 4, accessToken: 'a4' })
  await waiting
  stop()
  credentials.reject('alice', 4)
  expect(heard).toHaveLength(1)
  expect(announced).toHaveLength(2)
})

function setUp() {
  const timers: { readonly delayMs: number; readonly task: () => void }[] = []
  const schedule: Schedule = (delayMs, task) => {
    const timer = { delayMs, task }
    timers.push(timer)
    return () => timers.splice(timers.indexOf(timer), 1)
  }
  const credentials = createCredentials({ schedule })
  const announced: CredentialRejection[] = []
  credentials.onRejected((rejection) => announced.push(rejection))
  return { credentials, announced, timers }
}
