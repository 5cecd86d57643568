import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createHarness, type Harness } from './harness.ts'
import { register } from './oauth/oauth-client.ts'

const publicUrl = 'https://mcp.example.test'
const callback = 'https://client.example/callback'

function send(harness: Harness, metadata: unknown): Promise<Response> {
  return register({ fetch: harness.fetch, publicUrl, metadata })
}

async function sendRaw({ fetch }: Harness, body: BodyInit, contentType: string): Promise<Response> {
  return fetch(new Request(`${publicUrl}/oauth/register`, { method: 'POST', headers: { 'content-type': contentType }, body }))
}

describe('registration', () => {
  test('answers with all that the client is registered with', async () => {
    const harness = await createHarness()
    const response = await send(harness, { client_name: 'Client', redirect_uris: [callback], unknown_member: { a: 1 } })
    expect(response.status).toBe(201)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(await response.json()).toEqual({
      client_id: expect.stringMatching(/^cli_[0-9A-Z]{26}$/),
      client_id_issued_at: harness.clock.nowMs / 1000,
      client_name: 'Client',
      redirect_uris: [callback],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'read write full',
    })
  })

  test('names a client without a name after the place it returns to, and takes null for what it leaves out', async () => {
    const harness = await createHarness()
    const omitted = { client_name: null, grant_types: null, response_types: null, token_endpoint_auth_method: null }
    const response = await send(harness, { redirect_uris: [callback], ...omitted })
    expect(await response.json()).toMatchObject({ token_endpoint_auth_method: 'none', client_name: 'client.example' })
  })

  test.each(['client_secret_basic', 'client_secret_post'])(
    'gives a client that asks for %s a secret, which is kept as a hash',
    async (method) => {
      const harness = await createHarness()
      const response = await send(harness, { redirect_uris: [callback], token_endpoint_auth_method: method })
      const registered = (await response.json()) as { readonly client_id: string; readonly client_secret: string }
      expect(registered).toMatchObject({ token_endpoint_auth_method: method, client_secret_expires_at: 0 })
      expect(registered.client_secret).toMatch(/^fjb_cs_[\w-]{43}$/)
      const kept = await harness.store.clients.find(registered.client_id)
      expect(kept).toMatchObject({ authMethod: method, secretHash: hash('sha256', registered.client_secret, 'base64url') })
      expect(`${JSON.stringify(kept)}${harness.log.text}`).not.toContain(registered.client_secret)
    },
  )

  test('takes a scheme that the operator allows', async () => {
    const harness = await createHarness({ environment: { FJMCP_BROKER_REDIRECT_SCHEMES: 'myeditor' } })
    expect((await send(harness, { redirect_uris: ['myeditor://auth'] })).status).toBe(201)
    expect((await send(harness, { redirect_uris: ['cursor://auth'] })).status).toBe(400)
  })

  test.each([
    [{}, 'invalid_client_metadata', /redirect_uris/],
    [[], 'invalid_client_metadata', /JSON object/],
    [null, 'invalid_client_metadata', /JSON object/],
    [{ redirect_uris: callback }, 'invalid_client_metadata', /redirect_uris/],
    [{ redirect_uris: [1] }, 'invalid_client_metadata', /redirect_uris\.0/],
    [{ redirect_uris: [callback], client_name: 5 }, 'invalid_client_metadata', /client_name/],
    [{ redirect_uris: [callback], grant_types: ['password'] }, 'invalid_client_metadata', /grant_types/],
    [{ redirect_uris: [callback], token_endpoint_auth_method: 'private_key_jwt' }, 'invalid_client_metadata', /auth_method/],
    [{ redirect_uris: [callback], token_endpoint_auth_method: ['none'] }, 'invalid_client_metadata', /auth_method/],
    [{ redirect_uris: [] }, 'invalid_redirect_uri', /at least one/],
    [{ redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri', /javascript/],
    [{ redirect_uris: ['http://client.example/'] }, 'invalid_redirect_uri', /https/],
  ])('refuses %j with %s', async (metadata, error, description) => {
    const harness = await createHarness()
    const response = await send(harness, metadata)
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ error, error_description: expect.stringMatching(description) })
  })

  test('refuses what is no JSON', async () => {
    const harness = await createHarness()
    expect((await sendRaw(harness, '{"redirect_uris": [', 'application/json')).status).toBe(400)
    expect((await sendRaw(harness, JSON.stringify({ redirect_uris: [callback] }), 'text/plain')).status).toBe(400)
  })

  test('refuses a body over 64 KB, of announced length or not', async () => {
    const harness = await createHarness()
    const body = JSON.stringify({ redirect_uris: [callback], client_name: 'x'.repeat(65_536) })
    expect((await sendRaw(harness, body, 'application/json')).status).toBe(413)
    const chunked = new Request(`${publicUrl}/oauth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Blob([body]).stream(),
      duplex: 'half',
    } as RequestInit)
    expect((await harness.fetch(chunked)).status).toBe(413)
  })

  test('says when to come back after too many registrations a minute, wrong ones included', async () => {
    const harness = await createHarness({ environment: { FJMCP_BROKER_REGISTRATIONS_PER_MINUTE: '2' } })
    const metadata = { redirect_uris: [callback] }
    expect((await send(harness, { redirect_uris: [] })).status).toBe(400)
    expect((await send(harness, metadata)).status).toBe(201)
    const refused = await send(harness, metadata)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('30')
    expect(refused.headers.get('access-control-allow-origin')).toBe('*')
    expect(await refused.json()).toMatchObject({ error: 'temporarily_unavailable' })
    harness.clock.nowMs += 30_000
    expect((await send(harness, metadata)).status).toBe(201)
  })

  test('takes POST only', async () => {
    const harness = await createHarness()
    const response = await harness.fetch(new Request(`${publicUrl}/oauth/register`))
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST, OPTIONS')
  })
})
