import { expect, test } from 'vitest'
import { json, setUp } from './set-up.ts'

/** A Forgejo that forbids some things, and whoever is disabled everything. */
async function forbiddingForgejo() {
  const disabled = new Set<string>()
  const [logged, looked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const harness = await setUp(
    ({ url, authorization }, response) => {
      if (url.endsWith('/api/v1/user')) looked.resolve()
      const isDisabled = disabled.has(authorization)
      const message = isDisabled ? 'This account is prohibited from signing in, please contact your site administrator.' : 'no'
      if (isDisabled || url.endsWith('/admin/users')) json(response, { message }, 403)
      else json(response, { login: 'alice' })
    },
    {
      path: '/git',
      onLogged: (line) => {
        if (line.includes('forgejo_user_forbidden')) logged.resolve()
      },
    },
  )
  harness.credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  return { ...harness, disabled, logged: logged.promise, looked: looked.promise, lines: harness.logged }
}

test('a disabled user gets Forgejo’s answer, status and words, and the operator is told once', async () => {
  const { child, disabled, logged, lines } = await forbiddingForgejo()
  disabled.add('Bearer alice-1')
  const { ask } = child('alice')
  const refused = await ask('/api/v1/repos/alice/notes')
  expect([refused.status, await refused.json()]).toEqual([403, { message: expect.stringContaining('prohibited from signing in') }])
  await logged
  await ask('/api/v1/repos/alice/notes')
  expect(lines.filter((line) => line.includes('forgejo_user_forbidden'))).toEqual([
    JSON.stringify({ event: 'forgejo_user_forbidden', userId: 'alice', status: 403 }),
  ])
})

test('a user who is forbidden one thing is looked at once, and nothing is said', async () => {
  const { child, received, looked, lines } = await forbiddingForgejo()
  const { ask } = child('alice')
  for (let n = 0; n < 5; n++) await ask('/api/v1/admin/users')
  await looked
  await ask('/api/v1/user/repos')
  const looks = received.filter(({ url }) => url === '/git/api/v1/user')
  expect(looks).toEqual([expect.objectContaining({ method: 'GET', authorization: 'Bearer alice-1' })])
  expect(lines.filter((line) => line.includes('forbidden'))).toEqual([])
})
