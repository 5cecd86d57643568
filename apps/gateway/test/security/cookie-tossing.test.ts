import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'

test('is bound to host, path and https', async () => {
  const { fetch, registerClient } = await createHarness()
  const client = await registerClient()
  const response = await fetch(new Request(client.authorizeUrl()))
  expect(response.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^__Host-fjmcp-signin-sig_[0-9A-Z]{26}=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
  ])
})

test('is not troubled by names that we never gave, nor by hundreds of them', async () => {
  const { fetch, registerClient } = await createHarness()
  const client = await registerClient()
  const open = async (names: readonly string[]) => {
    const headers = { cookie: names.map((name) => `__Host-fjmcp-signin-${name}=1`).join('; ') }
    const response = await fetch(new Request(client.authorizeUrl(), { headers }))
    expect(response.status).toBe(200)
    return response.headers.getSetCookie()
  }
  expect(await open(Array.from({ length: 20 }, (_, n) => `(${n})`))).toHaveLength(1)
  const ids = Array.from({ length: 400 }, (_, n) => `sig_${String(n).padStart(26, '0')}`)
  const cookies = await open(ids)
  expect(cookies.filter((cookie) => cookie.includes('Max-Age=0')).map((cookie) => cookie.split('=')[0])).toEqual(
    ids.slice(0, 8).map((id) => `__Host-fjmcp-signin-${id}`),
  )
  expect(cookies).toHaveLength(9)
})
