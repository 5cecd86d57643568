import { expect, test } from 'vitest'
import { createFakeForgejo, type FakeForgejo } from './fake-forgejo.ts'
import { breakConnection, changeAnswer, errorPage, loseAnswer, tokenError } from './interceptions.ts'

const tokenPath = '/login/oauth/access_token'

function refresh(forgejo: FakeForgejo, refreshToken: string): Promise<Response> {
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: 'broker',
    client_secret: 'secret',
  })
  return Promise.resolve(forgejo.fetch(new Request(`https://git.example.org${tokenPath}`, { method: 'POST', body })))
}

function start() {
  const forgejo = createFakeForgejo({ applications: [{ clientId: 'broker', clientSecret: 'secret', redirectUris: [] }] })
  return { forgejo, token: forgejo.signInForTest('alice').refresh_token }
}

test('stands in the way of as many requests to its path as it was told, each once', async () => {
  const { forgejo, token } = start()
  forgejo.intercept(tokenPath, errorPage(502), 2)
  forgejo.intercept(tokenPath, tokenError('invalid_grant', 'no'))
  forgejo.intercept('/elsewhere', errorPage(500))
  const statuses = [
    await refresh(forgejo, token),
    await refresh(forgejo, token),
    await refresh(forgejo, token),
    await refresh(forgejo, token),
  ]
  expect(statuses.map(({ status }) => status)).toEqual([502, 502, 400, 200])
})

test('a lost answer has used the token up, a broken connection has not', async () => {
  const { forgejo, token } = start()
  forgejo.intercept(tokenPath, breakConnection)
  await expect(refresh(forgejo, token)).rejects.toThrow('the request was served')
  expect(forgejo.journal.refreshes.succeeded).toBe(0)
  forgejo.intercept(tokenPath, loseAnswer)
  await expect(refresh(forgejo, token)).rejects.toThrow('the request was served')
  expect(forgejo.journal.refreshes.succeeded).toBe(1)
  expect((await refresh(forgejo, token)).status).toBe(400)
})

test('a changed answer keeps what was not named', async () => {
  const { forgejo, token } = start()
  forgejo.intercept(tokenPath, changeAnswer({ expires_in: -1, refresh_token: undefined }))
  expect(await (await refresh(forgejo, token)).json()).toEqual({
    access_token: expect.any(String),
    token_type: 'bearer',
    expires_in: -1,
  })
})
