import { expect, test } from 'vitest'
import { createHarness, type Harness } from '../harness.ts'
import { approve, authorizeInBrowser, openAuthorization } from '../oauth/sign-in.ts'

const publicUrl = 'https://mcp.example.test'

async function countEvents({ store, settled }: Harness): Promise<number> {
  await settled()
  return (await store.auditEvents.listNewest({}, 1_000)).length
}

test('requests that are refused leave nothing in the audit log', async () => {
  const harness = await createHarness()
  const { client } = await harness.signIn({ login: 'alice' })
  const before = await countEvents(harness)
  const post = (path: string, values: Readonly<Record<string, string>>) =>
    harness.fetch(new Request(publicUrl + path, { method: 'POST', body: new URLSearchParams(values) }))
  const garbage = ['x', `fjb_rt_${'a'.repeat(43)}`, `fjb_at_${'a'.repeat(43)}`]
  const answers = [
    ...garbage.map((token) => client.refresh(token)),
    ...garbage.map((token) => client.exchange(token)),
    ...garbage.map((token) => post('/oauth/revoke', { client_id: client.id, token })),
    harness.fetch(new Request(`${publicUrl}/oauth/callback?state=x.y&code=z`)),
    post('/oauth/consent', { sign_in: 'sig_x', csrf_token: 'x', access: 'full', decision: 'deny' }),
    harness.fetch(new Request(`${publicUrl}/oauth/register`, { method: 'POST', body: '{"redirect_uris":["javascript:alert(1)"]}' })),
  ]
  for (const answer of answers) await answer
  expect(await countEvents(harness)).toBe(before)
})

test('who presents a code that was exchanged again and again is kept once', async () => {
  const harness = await createHarness()
  const client = await harness.registerClient()
  const answer = await authorizeInBrowser({ browser: harness.openBrowser(), client, login: 'alice', level: 'read' })
  const code = answer.searchParams.get('code') ?? ''
  await client.exchange(code)
  harness.clock.nowMs += 10_000
  for (let n = 0; n < 5; n += 1) await client.exchange(code)
  const reuses = await harness.settled().then(() => harness.store.auditEvents.listNewest({ types: ['code_reused'] }, 100))
  expect(reuses).toMatchObject([{ userLogin: 'alice', clientId: client.id }])
})

test('who presents a refresh token that was used again and again is kept once', async () => {
  const harness = await createHarness()
  const { client, tokens } = await harness.signIn({ login: 'alice' })
  await client.refresh(tokens.refresh_token)
  harness.clock.nowMs += 60_000
  for (let n = 0; n < 5; n += 1) await client.refresh(tokens.refresh_token)
  await harness.settled()
  expect(await harness.store.auditEvents.listNewest({ types: ['refresh_token_reused'] }, 100)).toHaveLength(1)
})

test('who allows a client without signing in fills nothing, however often', async () => {
  const harness = await createHarness()
  const client = await harness.registerClient()
  const consent = await openAuthorization(harness.openBrowser(), client)
  const before = await countEvents(harness)
  for (let n = 0; n < 5; n += 1) await approve(consent, 'full')
  expect(await countEvents(harness)).toBe(before)
})

test('a client that registers with much to say takes little room', async () => {
  const harness = await createHarness()
  const redirectUris = Array.from({ length: 16 }, (_, n) => `https://client.example/${n}/${'x'.repeat(1_500)}`)
  const { id } = await harness.registerClient({ client_name: 'x'.repeat(10_000), redirect_uris: redirectUris })
  await harness.settled()
  const events = await harness.store.auditEvents.listNewest({ client: id }, 10)
  expect(events).toHaveLength(1)
  expect(JSON.stringify(events).length).toBeLessThan(3_000)
})
