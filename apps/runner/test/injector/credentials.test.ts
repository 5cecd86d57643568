import { expect, test } from 'vitest'
import { type Api, json, setUp } from './set-up.ts'

/** Accepts the tokens named by `accepted`, and tells whose they are. */
function whoami(accepted: (token: string) => boolean): Api {
  return ({ authorization, body, method }, response) => {
    const token = authorization.replace('Bearer ', '')
    if (accepted(token)) json(response, { token, method, body })
    else json(response, { message: 'user does not exist [uid: 0, name: ]' }, 401)
  }
}

test('the first call of a session asks for the token', async () => {
  const { child, credentials, rejections } = await setUp(whoami(() => true))
  const asking = child('alice').ask('/api/v1/user')
  credentials.onRejected(({ userId }) => credentials.set({ userId, generation: 4, accessToken: 'alice-4' }))
  expect(await (await asking).json()).toMatchObject({ token: 'alice-4' })
  expect(rejections).toEqual([{ userId: 'alice', generation: 0 }])
})

test('a call that meets an expired token is held and repeated once, whole', async () => {
  const { child, credentials, rejections, received } = await setUp(whoami((token) => token === 'alice-2'))
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  credentials.onRejected(({ userId }) => credentials.set({ userId, generation: 2, accessToken: 'alice-2' }))
  const alice = child('alice')
  const response = await alice.ask('/api/v1/repos', { method: 'POST', body: '{"name":"x"}' })
  expect([response.status, await response.json()]).toEqual([200, { token: 'alice-2', method: 'POST', body: '{"name":"x"}' }])
  expect(received.map(({ authorization, body }) => [authorization, body])).toEqual([
    ['Bearer alice-1', '{"name":"x"}'],
    ['Bearer alice-2', '{"name":"x"}'],
  ])
  expect(rejections).toEqual([{ userId: 'alice', generation: 1 }])
  expect(alice.deaths()).toBe(0)
})

test('fifty calls at an expired token announce one rejection', async () => {
  const { child, credentials, rejections, received } = await setUp(whoami((token) => token === 'alice-2'))
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  const sessions = [child('alice'), child('alice')]
  credentials.onRejected(({ userId }) => setImmediate(() => credentials.set({ userId, generation: 2, accessToken: 'alice-2' })))
  const asked = Array.from({ length: 50 }, (_, n) => sessions[n % 2]?.ask(`/api/v1/user?n=${n}`))
  const answers = await Promise.all(asked.map(async (asking) => (await asking)?.json() as Promise<unknown>))
  expect(answers).toHaveLength(50)
  for (const answer of answers) expect(answer).toMatchObject({ token: 'alice-2' })
  expect(rejections).toEqual([{ userId: 'alice', generation: 1 }])
  expect(received.length).toBeLessThanOrEqual(100)
})

test('a late 401 for an old token is repeated with the newer one and announces nothing', async () => {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { child, credentials, rejections } = await setUp(async (received, response) => {
    if (received.authorization === 'Bearer alice-1') {
      arrive()
      await released
    }
    return whoami((token) => token === 'alice-2')(received, response)
  })
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  const asking = child('alice').ask('/api/v1/user')
  await arrived
  credentials.set({ userId: 'alice', generation: 2, accessToken: 'alice-2' })
  release()
  expect(await (await asking).json()).toMatchObject({ token: 'alice-2' })
  expect(rejections).toEqual([])
})

test('a dead credential becomes a 401 that the session hears of, until a sign-in revives it', async () => {
  const { child, credentials, received } = await setUp(whoami((token) => token === 'alice-2'))
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  const stop = credentials.onRejected(({ userId }) => credentials.set({ userId, generation: 1, accessToken: null }))
  const alice = child('alice')
  for (const deaths of [1, 2]) {
    const response = await alice.ask('/api/v1/user')
    expect([response.status, await response.json()]).toEqual([401, { message: expect.stringContaining('sign in again') }])
    expect(alice.deaths()).toBe(deaths)
  }
  expect(received).toHaveLength(1)
  stop()
  credentials.onRejected(({ userId }) => credentials.set({ userId, generation: 2, accessToken: 'alice-2' }))
  expect((await alice.ask('/api/v1/user')).status).toBe(200)
  expect(alice.deaths()).toBe(2)
})

test('says so when no fresh token comes in time', async () => {
  const { child, credentials, timers } = await setUp(whoami(() => false))
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  credentials.onRejected(() => setImmediate(() => timers[0]?.()))
  const alice = child('alice')
  const response = await alice.ask('/api/v1/user')
  expect([response.status, await response.json()]).toEqual([504, { message: expect.stringContaining('did not arrive in time') }])
  expect(alice.deaths()).toBe(0)
})

test('a fresh token that is refused too ends the call and is announced, without a loop', async () => {
  const { child, credentials, rejections, received } = await setUp(whoami(() => false))
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  credentials.onRejected(({ userId, generation }) => {
    if (generation === 1) credentials.set({ userId, generation: 2, accessToken: 'alice-2' })
  })
  const alice = child('alice')
  const response = await alice.ask('/api/v1/user')
  expect([response.status, await response.json()]).toEqual([401, { message: expect.stringContaining('although the token is fresh') }])
  expect(received).toHaveLength(2)
  expect(rejections.map(({ generation }) => generation)).toEqual([1, 2])
  expect(alice.deaths()).toBe(0)
})

test('a 403 is the answer, not a reason to refresh', async () => {
  const { child, credentials, rejections } = await setUp((_, response) => json(response, { message: 'no scope' }, 403))
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  const response = await child('alice').ask('/api/v1/user')
  expect([response.status, await response.json()]).toEqual([403, { message: 'no scope' }])
  expect(rejections).toEqual([])
})

test('a child that hangs up while its call is held is not asked for', async () => {
  const { child, credentials, received } = await setUp(whoami((token) => token === 'alice-2'))
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  const alice = child('alice')
  const { promise: held, resolve: hold } = Promise.withResolvers<void>()
  credentials.onRejected(() => hold())
  const asking = alice.ask('/api/v1/user').catch(() => 'broken off')
  await held
  alice.unregister()
  expect(await asking).toBe('broken off')
  credentials.set({ userId: 'alice', generation: 2, accessToken: 'alice-2' })
  expect((await child('alice').ask('/api/v1/user')).status).toBe(200)
  expect(received.map(({ authorization }) => authorization)).toEqual(['Bearer alice-1', 'Bearer alice-2'])
})

test('two users at once, tokens expiring under them, are never mixed', async () => {
  const current = new Map([
    ['alice', 1],
    ['bob', 1],
  ])
  const { child, credentials } = await setUp(whoami((token) => [...current].some(([user, n]) => token === `${user}-${n}`)))
  const push = (userId: string) => {
    const generation = current.get(userId) ?? 0
    credentials.set({ userId, generation, accessToken: `${userId}-${generation}` })
  }
  credentials.onRejected(({ userId }) => setImmediate(() => push(userId)))
  const users = ['alice', 'bob'].map((name) => ({ name, asks: child(name).ask }))
  for (let round = 0; round < 5; round += 1) {
    const calls = Array.from({ length: 20 }, () => users).flat()
    const answers = await Promise.all(
      calls.map(async ({ name, asks }) => {
        const { token } = (await (await asks('/api/v1/user')).json()) as { readonly token?: string }
        return [name, token?.split('-')[0]]
      }),
    )
    for (const [name, served] of answers) expect(served).toBe(name)
    for (const [name, generation] of current) current.set(name, generation + 1)
  }
})

test('no token ever stands in the log', async () => {
  const { child, credentials, logged } = await setUp(whoami(() => false))
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1-secret' })
  credentials.onRejected(({ userId }) => credentials.set({ userId, generation: 2, accessToken: 'bad\r\nvalue-secret' }))
  const alice = child('alice')
  const response = await alice.ask('/api/v1/user')
  expect(await response.text()).not.toContain('secret')
  expect(logged.length).toBeGreaterThan(0)
  expect(logged.join()).not.toMatch(/secret/)
  expect(logged.join()).not.toContain(alice.token)
})
