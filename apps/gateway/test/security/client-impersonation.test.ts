import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { json } from 'node:stream/consumers'
import { serveFetch } from '@fjmcp-broker/testkit/serve-fetch'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createHarness, type Harness } from '../harness.ts'
import { getCode } from '../oauth/get-code.ts'
import { mcpStatus } from '../oauth/mcp-status.ts'
import { basic, codeVerifier, type OAuthClient, type TokenReply } from '../oauth/oauth-client.ts'
import { readError } from '../oauth/token-answers.ts'

type Form = Readonly<Record<string, string>>

interface Attempt {
  readonly headers?: Form
  readonly form?: Form
  /** Goes behind the form as it is, so that a parameter can come twice. */
  readonly repeated?: string
}

interface Registered {
  readonly id: string
  readonly secret: string
}

/** What somebody tries who has a code or token of a client, knows its id, and not its secret. */
const attempts: readonly (readonly [string, (victim: Registered, other: Registered) => Attempt, readonly unknown[]])[] = [
  ['its id alone', ({ id }) => ({ form: { client_id: id } }), [401, 'invalid_client']],
  ['an empty secret', ({ id }) => ({ form: { client_id: id, client_secret: '' } }), [401, 'invalid_client']],
  ['an empty secret in the header', ({ id }) => ({ headers: { authorization: basic(id, '') } }), [401, 'invalid_client']],
  ['a guessed secret', ({ id }) => ({ form: { client_id: id, client_secret: `fjb_cs_${'a'.repeat(43)}` } }), [401, 'invalid_client']],
  ['a guessed secret in the header', ({ id }) => ({ headers: { authorization: basic(id, 'guess') } }), [401, 'invalid_client']],
  ['another client’s secret', ({ id }, other) => ({ form: { client_id: id, client_secret: other.secret } }), [401, 'invalid_client']],
  [
    'another client’s secret in the header',
    ({ id }, other) => ({ headers: { authorization: basic(id, other.secret) } }),
    [401, 'invalid_client'],
  ],
  [
    'another client’s id and secret',
    (_, other) => ({ form: { client_id: other.id, client_secret: other.secret } }),
    [400, 'invalid_grant'],
  ],
  [
    'another client’s header and its own id in the body',
    ({ id }, other) => ({ headers: { authorization: basic(other.id, other.secret) }, form: { client_id: id } }),
    [400, 'invalid_request'],
  ],
  [
    'its own header and another client’s secret in the body',
    ({ id }, other) => ({ headers: { authorization: basic(id, 'guess') }, form: { client_id: id, client_secret: other.secret } }),
    [400, 'invalid_request'],
  ],
  [
    'two ids',
    ({ id }, other) => ({ form: { client_id: other.id, client_secret: other.secret }, repeated: `&client_id=${id}` }),
    [400, 'invalid_request'],
  ],
  [
    'two secrets',
    ({ id }, other) => ({ form: { client_id: id, client_secret: '' }, repeated: `&client_secret=${other.secret}` }),
    [400, 'invalid_request'],
  ],
  [
    'two headers',
    ({ id }, other) => ({ headers: { authorization: `${basic(other.id, other.secret)}, ${basic(id, 'guess')}` } }),
    [400, 'invalid_request'],
  ],
  ['a bearer token', ({ id }) => ({ headers: { authorization: 'Bearer x' }, form: { client_id: id } }), [401, 'invalid_client']],
]

describe.each(attempts)('with %s', (_, attempt, expected) => {
  test('nothing of a client with a secret can be used, ended or used up', async () => {
    const { harness, client, victim, other } = await createClients()
    const { tokens } = await harness.signIn({ login: 'alice', client })
    const code = await getCode(harness, client)
    const tried = attempt(victim, other)
    const exchange = { grant_type: 'authorization_code', code, code_verifier: codeVerifier }
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
    expect(await readError(await send(harness, { form: exchange, tried }))).toEqual(expected)
    expect(await readError(await send(harness, { form: refresh, tried }))).toEqual(expected)
    expect(await readError(await send(harness, { endpoint: 'revoke', form: { token: tokens.access_token }, tried }))).toEqual(expected)
    expect(await mcpStatus(harness, tokens.access_token)).toBe(200)
    expect((await client.exchange(code)).status).toBe(200)
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200)
  })
})

test('a used code that comes again without the secret ends nothing', async () => {
  const { harness, client, victim } = await createClients()
  const code = await getCode(harness, client)
  const tokens = (await (await client.exchange(code)).json()) as TokenReply
  harness.clock.nowMs += 60_000
  const exchange = { grant_type: 'authorization_code', code, code_verifier: codeVerifier, client_id: victim.id }
  expect(await readError(await send(harness, { form: exchange }))).toEqual([401, 'invalid_client'])
  expect(await mcpStatus(harness, tokens.access_token)).toBe(200)
})

test('nobody learns whether a client exists by its secret, and who tried the header is told its scheme', async () => {
  const { harness, victim } = await createClients()
  const form = { grant_type: 'refresh_token', refresh_token: 'x' }
  const ids = [victim.id, 'cli_00000000000000000000000000', 'x', '../etc/passwd']
  const answers = await Promise.all(
    ids.map(async (id) => {
      const inHeader = await send(harness, { form, tried: { headers: { authorization: basic(id, 'guess') } } })
      expect(inHeader.headers.get('www-authenticate')).toMatch(/^Basic realm="/)
      const inBody = await send(harness, { form, tried: { form: { client_id: id, client_secret: 'guess' } } })
      expect(inBody.headers.get('www-authenticate')).toBeNull()
      return [inHeader.status, await inHeader.text(), inBody.status, await inBody.text()]
    }),
  )
  expect(new Set(answers.map(String)).size).toBe(1)
})

test('two headers of one request are not taken for one of them', async () => {
  const { harness, victim, other } = await createClients()
  const served = await serveFetch(harness.fetch)
  onTestFinished(() => served.close())
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x' }).toString()
  const proofs = [basic(victim.id, victim.secret), basic(other.id, other.secret)].flatMap((proof) => ['authorization', proof])
  const headers = ['host', 'mcp.example.test', 'content-type', 'application/x-www-form-urlencoded', ...proofs]
  const sent = request(`${served.url}/oauth/token`, { method: 'POST', headers }).end(body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  expect([answer.statusCode, await json(answer)]).toMatchObject([400, { error: 'invalid_request' }])
})

test('a public client that is given a secret by somebody is not taken for one that has it', async () => {
  const harness = await createHarness()
  const { client, tokens } = await harness.signIn({ login: 'alice' })
  expect(client.secret).toBeUndefined()
  expect(await readError(await client.refresh(tokens.refresh_token, { client_secret: 'guess' }))).toEqual([401, 'invalid_client'])
  expect((await client.refresh(tokens.refresh_token)).status).toBe(200)
})

interface Clients {
  readonly harness: Harness
  readonly client: OAuthClient
  readonly victim: Registered
  readonly other: Registered
}

async function createClients(): Promise<Clients> {
  const harness = await createHarness()
  const [client, thief] = [await registerWith('client_secret_basic'), await registerWith('client_secret_post')]
  return { harness, client, victim: registered(client), other: registered(thief) }

  function registerWith(method: string): Promise<OAuthClient> {
    return harness.registerClient({ token_endpoint_auth_method: method })
  }
}

function registered({ id, secret = '' }: OAuthClient): Registered {
  expect(secret).not.toBe('')
  return { id, secret }
}

/** Sends a form as somebody tries it who is not the client. */
async function send(
  { fetch }: Harness,
  { endpoint = 'token', form, tried = {} }: { readonly endpoint?: 'token' | 'revoke'; readonly form: Form; readonly tried?: Attempt },
): Promise<Response> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...tried.headers }
  const body = `${new URLSearchParams({ ...form, ...tried.form })}${tried.repeated ?? ''}`
  return fetch(new Request(`https://mcp.example.test/oauth/${endpoint}`, { method: 'POST', headers, body }))
}
