import { expect, test } from 'vitest'
import { createFakeProgram } from '../fixtures/fake-program.ts'
import { createTestRunner } from '../fixtures/test-runner.ts'
import { ask, json, setUp } from '../injector/set-up.ts'

test('a child that no session has may ask Forgejo’s version and nothing else', async () => {
  const { injector, credentials } = await setUp((_, response) => json(response, { login: 'alice' }))
  injector.setForgejoVersion('15.0.0')
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice' })
  const { token } = injector.register()
  expect((await ask(`${injector.url}/api/v1/version`, token)).status).toBe(200)
  for (const path of ['/api/v1/user', '/api/v1/repos/search']) expect((await ask(injector.url + path, token)).status).toBe(401)
})

test('a child never passes from one session to another', async () => {
  const { injector } = await setUp((_, response) => json(response, {}))
  const registration = injector.register()
  const session = { key: 's:1', userId: 'alice', accessLevel: 'read', credentialDied: () => undefined } as const
  registration.bind(session)
  expect(() => registration.bind({ ...session, key: 's:2', userId: 'mallory' })).toThrow('from one session to another')
  registration.unregister()
  expect(() => registration.bind(session)).toThrow('from one session to another')
})

test('a child that has served one session is ended and serves no other, of the same user neither', async () => {
  const program = createFakeProgram()
  const { makeKnown, call, runner, registrations } = createTestRunner({ program, settings: { poolSize: 1 } })
  await makeKnown('s:1', { userId: 'alice' })
  await makeKnown('s:2', { userId: 'alice' })
  await call('s:1')
  await runner.end('s:1')
  await call('s:2')
  expect(program.children.map(({ isAlive }) => isAlive)).toEqual([false, true])
  expect(registrations.map(({ session }) => session?.key)).toEqual(['s:1', 's:2'])
})
