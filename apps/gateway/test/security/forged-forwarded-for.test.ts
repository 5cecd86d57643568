import { globSync, readFileSync } from 'node:fs'
import { request as sendHttp } from 'node:http'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { serveTcp } from '../../src/serve.ts'
import { createHarness, type Harness } from '../harness.ts'

const publicUrl = 'https://mcp.example.test'
const metadata = JSON.stringify({ redirect_uris: ['https://client.example/callback'] })
const environment = { FJMCP_BROKER_REGISTRATIONS_PER_MINUTE: '1' }

async function register({ fetch }: Harness, peer: string, forwardedFor?: string): Promise<number> {
  const headers = { 'content-type': 'application/json', ...(forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }) }
  return (await fetch(new Request(`${publicUrl}/oauth/register`, { method: 'POST', headers, body: metadata }), { address: peer })).status
}

test('who is no trusted proxy gains nothing by another address in each request', async () => {
  const harness = await createHarness({ environment })
  expect(await register(harness, '203.0.113.66', '198.51.100.1')).toBe(201)
  expect(await register(harness, '203.0.113.66', '198.51.100.2')).toBe(429)
  expect(await register(harness, '203.0.113.66', '127.0.0.1')).toBe(429)
})

test('who comes through the proxy gains nothing by what it sends: the proxy’s own word stands behind it', async () => {
  const harness = await createHarness({ environment })
  expect(await register(harness, '127.0.0.1', '198.51.100.1, 203.0.113.66')).toBe(201)
  expect(await register(harness, '127.0.0.1', '198.51.100.2, 203.0.113.66')).toBe(429)
  expect(await register(harness, '127.0.0.1', '10.0.0.1, 203.0.113.66')).toBe(429)
  expect(await register(harness, '127.0.0.1', '198.51.100.2, 203.0.113.67')).toBe(201)
})

test('the same over a real connection, whether by one header or by several', async () => {
  const harness = await createHarness({ environment })
  const served = await serveTcp(harness.fetch, { host: '127.0.0.1', port: 0 })
  if (!served.ok) throw new Error(served.error.detail)
  onTestFinished(() => served.value.close())
  const url = `http://127.0.0.1:${served.value.address?.port}/oauth/register`
  expect(await sendForwarded(url, ['198.51.100.1', '203.0.113.66'])).toBe(201)
  expect(await sendForwarded(url, ['198.51.100.2', '203.0.113.66'])).toBe(429)
  expect(await sendForwarded(url, ['198.51.100.3, 203.0.113.66'])).toBe(429)
  expect(await sendForwarded(url, ['203.0.113.67'])).toBe(201)
})

test('where no proxy is trusted, not even loopback’s word counts', async () => {
  const harness = await createHarness({ environment: { ...environment, FJMCP_BROKER_TRUSTED_PROXIES: 'none' } })
  expect(await register(harness, '127.0.0.1', '198.51.100.1')).toBe(201)
  expect(await register(harness, '127.0.0.1', '198.51.100.2')).toBe(429)
})

test('is said once in the log, with the peer and the remedy', async () => {
  const harness = await createHarness()
  for (let n = 0; n < 3; n++) await register(harness, '203.0.113.66', '198.51.100.1')
  await register(harness, '127.0.0.1', '198.51.100.1')
  const said = harness.log.events.filter(({ event }) => event === 'forwarded_for_ignored')
  const remedy: unknown = expect.stringContaining('FJMCP_BROKER_TRUSTED_PROXIES')
  expect(said).toEqual([{ level: 'warn', event: 'forwarded_for_ignored', fields: { peer: '203.0.113.66', remedy } }])
})

test('the audit log has the address that counts', async () => {
  const harness = await createHarness()
  await register(harness, '127.0.0.1', '198.51.100.1, 203.0.113.66')
  await register(harness, '203.0.113.67', '198.51.100.1')
  const registered = harness.log.events.filter(({ event }) => event === 'client_registered')
  expect(registered.map(({ fields }) => fields['address'])).toEqual(['203.0.113.66', '203.0.113.67'])
})

test('nothing but the rate limits and the audit log asks for the address, since a child on loopback can forge it', () => {
  const folder = fileURLToPath(new URL('../../src/', import.meta.url))
  const sources = globSync('**/*.ts', { cwd: folder }).filter((path) => !path.endsWith('.test.ts'))
  const asking = sources.filter((path) => /\baddressOf\(|'x-forwarded-for'|peer\??\.address/.test(readFileSync(`${folder}${path}`, 'utf8')))
  expect(asking.toSorted()).toEqual([
    'middleware/address-of.ts',
    'middleware/form-limit.ts',
    'middleware/limit-address.ts',
    'middleware/record-for.ts',
    'routes/authorize.ts',
    'routes/mcp/authenticate.ts',
    'routes/token-form.ts',
    'routes/token.ts',
  ])
})

/** `fetch` would join them by itself. */
async function sendForwarded(url: string, forwardedFor: readonly string[]): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const headers = ['Host', new URL(url).host, 'Content-Type', 'application/json', 'Content-Length', String(metadata.length)]
  const request = sendHttp(url, {
    method: 'POST',
    agent: false,
    headers: [...headers, ...forwardedFor.flatMap((value) => ['X-Forwarded-For', value])],
  })
  request.on('error', reject)
  request.on('response', (response) => {
    response.resume()
    resolve(response.statusCode ?? 0)
  })
  request.end(metadata)
  return promise
}
