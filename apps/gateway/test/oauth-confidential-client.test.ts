import { describe, expect, test } from 'vitest'
import { createHarness, type Harness } from './harness.ts'
import { getCode } from './oauth/get-code.ts'
import { mcpStatus } from './oauth/mcp-status.ts'
import { basic, codeVerifier, type OAuthClient } from './oauth/oauth-client.ts'
import { readError } from './oauth/token-answers.ts'

const dayMs = 24 * 60 * 60_000

describe.each(['client_secret_basic', 'client_secret_post'])('a client that registered with %s', (authMethod) => {
  test('signs in, refreshes, and gives its tokens back', async () => {
    const { harness, client } = await register(authMethod)
    const { tokens } = await harness.signIn({ login: 'alice', client })
    expect(await mcpStatus(harness, tokens.access_token)).toBe(200)
    const refreshed = await client.refresh(tokens.refresh_token)
    expect(refreshed.status).toBe(200)
    const proof = { client_id: client.id, client_secret: client.secret ?? '' }
    expect((await post(harness, 'revoke', { form: { ...proof, token: tokens.access_token } })).status).toBe(200)
    expect(await mcpStatus(harness, tokens.access_token)).toBe(401)
  })

  test.each([
    ['in the body', {}, (id: string, secret: string) => ({ client_id: id, client_secret: secret })],
    ['in the header', (id: string, secret: string) => ({ authorization: basic(id, secret) }), {}],
    [
      'in the header and names itself in the body too',
      (id: string, secret: string) => ({ authorization: basic(id, secret) }),
      (id: string) => ({ client_id: id, client_secret: '' }),
    ],
    ['in the header, escaped', (id: string, secret: string) => ({ authorization: basic(escapeAll(id), escapeAll(secret)) }), {}],
  ])('may send its secret %s', async (_, headers, form) => {
    const { harness, client } = await register(authMethod)
    const code = await getCode(harness, client)
    const make = (part: Part) => (typeof part === 'function' ? part(client.id, client.secret ?? '') : part)
    const exchange = { grant_type: 'authorization_code', code, code_verifier: codeVerifier, ...make(form) }
    expect((await post(harness, 'token', { headers: make(headers), form: exchange })).status).toBe(200)
  })
})

test('a public client may name itself in the header, with an empty secret', async () => {
  const harness = await createHarness()
  const client = await harness.registerClient()
  const exchange = { grant_type: 'authorization_code', code: await getCode(harness, client), code_verifier: codeVerifier }
  expect((await post(harness, 'token', { headers: { authorization: basic(client.id, '') }, form: exchange })).status).toBe(200)
})

test('a client that is used is known for ever, with its secret', async () => {
  const { harness, client } = await register('client_secret_basic')
  const { tokens } = await harness.signIn({ login: 'alice', client })
  harness.clock.nowMs += 89 * dayMs
  await harness.store.purge(harness.clock.nowMs)
  expect((await client.refresh(tokens.refresh_token)).status).toBe(200)
  harness.clock.nowMs += 400 * dayMs
  await harness.store.purge(harness.clock.nowMs)
  expect(await readError(await client.refresh(tokens.refresh_token))).toEqual([400, 'invalid_grant'])
  expect((await harness.signIn({ login: 'alice', client })).tokens.scope).toBe('read')
})

test('a client that was never used is forgotten: it is told to register again, and a person what to do', async () => {
  const { harness, client } = await register('client_secret_basic')
  harness.clock.nowMs += 30 * dayMs
  await harness.store.purge(harness.clock.nowMs)
  expect(await readError(await client.refresh(`fjb_rt_${'a'.repeat(43)}`))).toEqual([401, 'invalid_client'])
  const page = await harness.openBrowser().open(client.authorizeUrl())
  expect([page.status, page.html]).toEqual([400, expect.stringContaining('it will register anew')])
})

type Headers = Readonly<Record<string, string>>
type Part = Headers | ((id: string, secret: string) => Headers)

async function register(authMethod: string): Promise<{ readonly harness: Harness; readonly client: OAuthClient }> {
  const harness = await createHarness()
  return { harness, client: await harness.registerClient({ token_endpoint_auth_method: authMethod }) }
}

async function post(
  { fetch }: Harness,
  endpoint: 'token' | 'revoke',
  { headers = {}, form }: { readonly headers?: Headers; readonly form: Headers },
): Promise<Response> {
  return fetch(new Request(`https://mcp.example.test/oauth/${endpoint}`, { method: 'POST', headers, body: new URLSearchParams(form) }))
}

/** As a careful library does it, which escapes more than it has to. */
function escapeAll(text: string): string {
  return text.replace(/[ -~]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)
}
