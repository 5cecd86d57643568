import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createHarness, type Harness } from '../harness.ts'
import { initializeRequest } from '../mcp/mcp-endpoint.ts'
import { openCountedStore } from './counted/counted-store.ts'

const mcpUrl = 'https://mcp.example.test/mcp'
const attacker = '203.0.113.66'

function post({ fetch }: Harness, token: string | undefined, address = attacker): Promise<Response> {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  }
  return Promise.resolve(fetch(new Request(mcpUrl, { method: 'POST', headers, body: JSON.stringify(initializeRequest()) }), { address }))
}

/** In the form of a real one. */
function guess(n: number): string {
  return `fjb_at_${String(n).padStart(43, 'A')}`
}

async function createCounted() {
  const counted = await openCountedStore()
  return { ...counted, harness: await createHarness({ wrapStore: () => counted.store }) }
}

test('a thousand guesses begin no session, reach no child and write nothing: each costs one look', async () => {
  const { harness, asked, countRows } = await createCounted()
  const before = await countRows()
  for (let n = 0; n < 1_000; n++) await post(harness, guess(n), `198.51.${n >> 8}.${n & 255}`)
  await harness.settled()
  expect(new Set(asked)).toEqual(new Set(['tokens.findAccess']))
  expect(asked).toHaveLength(1_000)
  expect(await countRows()).toEqual(before)
  expect(harness.runner.uses.filter(({ name }) => name !== 'onCredentialRejected')).toEqual([])
})

test('what cannot be a token costs not even that', async () => {
  const { harness, asked } = await createCounted()
  const token = fc.oneof(fc.stringMatching(/^[\x21-\x7e]{1,80}$/), fc.stringMatching(/^fjb_(?:at|rt|ac)_[\w-]{0,60}$/))
  const notOurs = token.filter((text) => !/^fjb_at_[\w-]{43}$/.test(text))
  await fc.assert(
    fc.asyncProperty(notOurs, fc.ipV4(), async (text, address) => {
      expect([401, 429]).toContain((await post(harness, text, address)).status)
    }),
    { seed: 6750 },
  )
  expect(asked).toEqual([])
})

test('after sixty in a minute an address gets 429, which says when to come back, and other addresses their 401', async () => {
  const harness = await createHarness()
  for (let n = 0; n < 60; n++) {
    const response = await post(harness, n % 2 === 0 ? guess(n) : 'malformed')
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('resource_metadata=')
  }
  const refused = await post(harness, guess(61))
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(refused.headers.get('www-authenticate')).toBeNull()
  expect(await refused.json()).toMatchObject({ jsonrpc: '2.0', error: { message: expect.stringContaining('Wait before you try again') } })
  expect((await post(harness, guess(62), '203.0.113.67')).status).toBe(401)
  harness.clock.nowMs += 1_000
  expect((await post(harness, guess(63))).status).toBe(401)
})

test('a good token passes whatever its address did, and a request without any still learns where to sign in', async () => {
  const harness = await createHarness()
  const { tokens } = await harness.signIn({ login: 'alice' })
  for (let n = 0; n < 100; n++) await post(harness, guess(n))
  expect((await post(harness, guess(100))).status).toBe(429)
  expect((await post(harness, tokens.access_token)).status).toBe(200)
  expect((await post(harness, undefined)).status).toBe(401)
})

test('a token of ours that has expired counts as no guess: its client is told to refresh it', async () => {
  const harness = await createHarness()
  const { tokens } = await harness.signIn({ login: 'alice' })
  harness.clock.nowMs += 2 * 60 * 60_000
  for (let n = 0; n < 100; n++) {
    const response = await post(harness, tokens.access_token)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('expired')
  }
})
