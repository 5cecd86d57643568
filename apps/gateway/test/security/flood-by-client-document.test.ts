import { ok } from '@fjmcp-broker/shared/result'
import { expect, test } from 'vitest'
import type { FetchClientDocument } from '../../src/upstream/client-documents/client-documents.ts'
import { createHarness, type Harness } from '../harness.ts'
import { clientDocument } from '../oauth/document-client.ts'
import { createOAuthClient, register } from '../oauth/oauth-client.ts'
import { openCountedStore } from './counted/counted-store.ts'

const publicUrl = 'https://mcp.example.test'
const attacker = '203.0.113.66'

/** A world in which every address has the document of the client that it names. */
function createEndlessWorld() {
  const fetched: string[] = []
  const fetchClientDocument: FetchClientDocument = async (url) => {
    fetched.push(url)
    return ok({ content: { ...clientDocument, client_id: url }, freshForMs: 0 })
  }
  return { fetched, fetchClientDocument }
}

/** Begins a sign-in for the client of a document, from an address. */
async function createBegin(harness: Harness) {
  const client = await createOAuthClient({ fetch: harness.fetch, publicUrl })
  const request = { redirect_uri: 'http://127.0.0.1:49152/callback' }
  return async (id: string, address: string) =>
    (await harness.fetch(new Request(client.authorizeUrl({ ...request, client_id: id })), { address })).status
}

test('one address has few documents fetched, so that there are some left of the host for others', async () => {
  const world = createEndlessWorld()
  const harness = await createHarness({ fetchClientDocument: world.fetchClientDocument })
  const begin = await createBegin(harness)
  for (let n = 0; n < 30; n++) await begin(`https://editor.example/${n}`, attacker)
  expect(world.fetched.length).toBe(5)
  expect(await begin('https://editor.example/client.json', '203.0.113.67')).toBe(200)
})

test('nor do the many addresses of one owner of IPv6 leave none', async () => {
  const world = createEndlessWorld()
  const harness = await createHarness({ fetchClientDocument: world.fetchClientDocument })
  const begin = await createBegin(harness)
  for (let n = 0; n < 30; n++) await begin(`https://editor.example/${n}`, `2001:db8:1:${n}::1`)
  expect(world.fetched.length).toBe(20)
})

test('a client whose document is here is found by whoever has had too many fetched', async () => {
  const world = createEndlessWorld()
  const harness = await createHarness({ fetchClientDocument: world.fetchClientDocument })
  const begin = await createBegin(harness)
  const known = 'https://editor.example/client.json'
  expect(await begin(known, attacker)).toBe(200)
  harness.clock.nowMs += 60 * 60_000
  for (let n = 0; n < 5; n++) await begin(`https://editor.example/${n}`, attacker)
  expect(await begin(known, attacker)).toBe(200)
})

test('clients that are known by documents are no way around the bound on all registrations', async () => {
  const { store, countRows } = await openCountedStore()
  const { fetchClientDocument } = createEndlessWorld()
  const environment = { FJMCP_BROKER_REGISTRATIONS_PER_MINUTE: '1' }
  const harness = await createHarness({ wrapStore: () => store, fetchClientDocument, environment })
  const begin = await createBegin(harness)
  const statuses: number[] = []
  for (let n = 0; n < 10; n++) statuses.push(await begin(`https://editor.example/${n}`, `198.51.100.${n}`))
  // The client that the requests are made with is the first of five.
  expect(statuses).toEqual([200, 200, 200, 200, 400, 400, 400, 400, 400, 400])
  expect((await countRows())['clients']).toBe(5)
  const fetch = (request: Request) => harness.fetch(request, { address: '198.51.100.200' })
  expect((await register({ fetch, publicUrl, metadata: { redirect_uris: ['https://client.example/callback'] } })).status).toBe(429)
  expect(await begin('https://editor.example/0', '198.51.100.201')).toBe(200)
})
