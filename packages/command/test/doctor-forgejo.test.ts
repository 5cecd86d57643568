import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { createFakeForgejo } from '@fjmcp-broker/testkit/forgejo/fake-forgejo'
import type { Application } from '@fjmcp-broker/testkit/forgejo/oauth/applications'
import { describe, expect, test } from 'vitest'
import { checkForgejo } from '../src/doctor/checks/check-forgejo.ts'
import { checkOAuthApplication } from '../src/doctor/checks/check-oauth-application.ts'
import type { Finding } from '../src/doctor/finding.ts'
import type { NoAnswer } from '../src/doctor/network/ask.ts'
import type { Surroundings } from '../src/doctor/surroundings.ts'
import { askThrough, unreached } from './doctor/ask-through.ts'

const forgejoUrl = 'https://git.example.test'
const redirectUri = 'https://mcp.example.test/oauth/callback'
const application: Application = { clientId: 'broker', clientSecret: 'broker-secret', redirectUris: [redirectUri] }
const host: Surroundings = { isContainer: false, ownAddresses: ['127.0.0.1'] }
const container: Surroundings = { isContainer: true, ownAddresses: ['127.0.0.1', '203.0.113.5'] }

describe('a Forgejo that is reached', () => {
  test('is well, and tells its version', async () => {
    const { findings, ground } = await look(fake().fetch)
    expect(findings).toEqual([{ check: 'forgejo', state: 'ok', detail: `${forgejoUrl} answers, version 15.0.3+gitea-1.22.0` }])
    expect(ground).toMatchObject({ status: 200 })
  })

  test.each([401, 403])('is well when it tells its version to nobody (%i)', async (status) => {
    const { findings } = await look(except(fake().fetch, '/api/v1/version', () => Response.json({ message: 'Only signed in' }, { status })))
    expect(findings).toMatchObject([{ state: 'ok', detail: expect.stringContaining('only to who is signed in') }])
  })

  test('is too old', async () => {
    const { findings } = await look(fake({ version: '12.0.1+gitea-1.22.0' }).fetch)
    expect(findings).toMatchObject([{ state: 'warning', remedy: expect.stringContaining('15.0.2') }])
  })

  test('is down', async () => {
    const forgejo = fake()
    forgejo.setOutage('down')
    const { findings, ground } = await look(forgejo.fetch)
    expect(findings).toMatchObject([{ state: 'problem', detail: expect.stringContaining('status 503') }])
    expect(ground).toBeUndefined()
  })

  test('is something else that answers with a page', async () => {
    const forgejo = fake()
    forgejo.setOutage('garbage')
    expect((await look(forgejo.fetch)).findings).toMatchObject([
      { state: 'problem', detail: expect.stringContaining('no Forgejo answers there') },
    ])
  })

  test('hides behind a sign-in that answers with a page', async () => {
    const { findings } = await look(() => new Response('<html>', { status: 401 }))
    expect(findings).toMatchObject([{ state: 'problem', detail: expect.stringContaining('a sign-in in front of it') }])
  })

  test('hides behind a sign-in that redirects', async () => {
    const { findings } = await look(() => redirect('/sso/login?next=secret'))
    expect(findings).toMatchObject([
      {
        state: 'problem',
        detail: `${forgejoUrl}/api/v1/version redirects to ${forgejoUrl}/sso/login (302)`,
        remedy: expect.stringContaining('/login/oauth/'),
      },
    ])
  })

  test('has moved', async () => {
    const { findings } = await look(() => redirect('https://code.example.test/api/v1/version'))
    expect(findings).toMatchObject([{ state: 'problem', remedy: expect.stringContaining('https://code.example.test') }])
  })

  test('lives under another path', async () => {
    const { findings } = await look(() => new Response('not here', { status: 404 }))
    expect(findings).toMatchObject([
      { state: 'problem', detail: expect.stringContaining('not found'), remedy: expect.stringContaining('with its path') },
    ])
  })

  test('calls itself otherwise', async () => {
    const { findings } = await look(fake({ origin: 'https://code.example.test' }).fetch)
    expect(findings).toMatchObject([
      { state: 'ok' },
      { state: 'problem', detail: expect.stringContaining('calls itself https://code.example.test (its ROOT_URL)') },
    ])
  })

  test('ends its issuer in a slash, as 11 does, which means the same', async () => {
    const document = { issuer: `${forgejoUrl}/`, authorization_endpoint: `${forgejoUrl}/login/oauth/authorize` }
    const { findings } = await look(except(fake().fetch, '/.well-known/openid-configuration', () => Response.json(document)))
    expect(findings).toMatchObject([{ state: 'ok' }])
  })

  test('calls itself by what is no address, and long', async () => {
    const document = { issuer: `${'/'.repeat(30_000)}x`, authorization_endpoint: '' }
    const { findings } = await look(except(fake().fetch, '/.well-known/openid-configuration', () => Response.json(document)))
    expect(findings).toMatchObject([{ state: 'ok' }, { state: 'warning', remedy: expect.stringContaining('/.well-known/') }])
  })

  test('has OAuth2 switched off', async () => {
    const { findings } = await look(except(fake().fetch, '/.well-known/openid-configuration', () => new Response('', { status: 404 })))
    expect(findings).toMatchObject([{ state: 'ok' }, { state: 'problem', remedy: expect.stringContaining('[oauth2]') }])
  })

  test('cannot be asked for its own address', async () => {
    const { findings } = await look(except(fake().fetch, '/.well-known/openid-configuration', () => new Response('<html>')))
    expect(findings).toMatchObject([{ state: 'ok' }, { state: 'warning', remedy: expect.stringContaining('/.well-known/') }])
  })
})

describe('a Forgejo that is not reached', () => {
  test.each<{ noAnswer: NoAnswer; detail: string; remedy: string }>([
    { noAnswer: { reason: 'unknown_name' }, detail: 'not known to the name servers', remedy: '--add-host=git.example.test:ADDRESS' },
    { noAnswer: { reason: 'no_name_server' }, detail: 'no name server answers', remedy: '--dns=' },
    { noAnswer: { reason: 'refused' }, detail: 'refuses the connection', remedy: 'runs at that address' },
    {
      noAnswer: { reason: 'connect_timeout' },
      detail: 'no connection to git.example.test (198.51.100.7) comes about',
      remedy: 'a firewall',
    },
    { noAnswer: { reason: 'unreachable', code: 'EHOSTUNREACH' }, detail: 'EHOSTUNREACH', remedy: 'a firewall' },
    { noAnswer: { reason: 'silent', waitedMs: 5_000 }, detail: 'does not answer within 5 seconds', remedy: 'log of Forgejo' },
    { noAnswer: { reason: 'broken', code: 'ECONNRESET' }, detail: 'without an answer (ECONNRESET)', remedy: 'log of Forgejo' },
    { noAnswer: { reason: 'certificate', problem: 'expired', code: 'CERT_HAS_EXPIRED' }, detail: 'has expired', remedy: 'Renew' },
    { noAnswer: { reason: 'certificate', problem: 'unknown_issuer', code: 'CODE' }, detail: 'not trusted', remedy: 'NODE_EXTRA_CA_CERTS' },
  ])('names what is wrong: $detail', async ({ noAnswer, detail, remedy }) => {
    const { findings, ground } = await look(unreached(noAnswer), { surroundings: container })
    expect(findings).toMatchObject([{ state: 'problem', detail: expect.stringContaining(detail), remedy: expect.stringContaining(remedy) }])
    expect(ground).toBeUndefined()
  })

  test.each(['127.0.0.1', '127.0.1.1', '::1', '203.0.113.5'])(
    'is looked for in the container itself, where its name leads to %s',
    async (address) => {
      const { findings } = await look(unreached({ reason: 'refused' }), { surroundings: container, addresses: [address] })
      expect(findings).toMatchObject([
        {
          state: 'problem',
          detail: expect.stringContaining('leads to the container itself'),
          remedy: expect.stringContaining('PodmanArgs=--add-host=git.example.test:host-gateway'),
        },
      ])
    },
  )

  test.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])(
    'is looked for in the container itself by %s',
    async (url) => {
      const { findings } = await look(unreached({ reason: 'refused' }), { url, surroundings: container, addresses: ['127.0.0.1'] })
      expect(findings).toMatchObject([
        { detail: expect.stringContaining('is the container itself'), remedy: expect.stringContaining('host-gateway') },
      ])
    },
  )

  test('is no matter of containers where there is none', async () => {
    const { findings } = await look(unreached({ reason: 'refused' }), { surroundings: host, addresses: ['127.0.0.1'] })
    expect(JSON.stringify(findings)).not.toContain('container')
  })
})

describe('the OAuth application', () => {
  test('is as it should be', async () => {
    expect(await present(fake().fetch)).toMatchObject([{ state: 'ok', detail: expect.stringContaining(redirectUri) }])
  })

  test('is unknown to Forgejo', async () => {
    expect(await present(fake().fetch, { clientId: 'other' })).toMatchObject([
      {
        state: 'problem',
        detail: expect.stringContaining('the client id other'),
        remedy: expect.stringContaining('FORGEJO_OAUTH_CLIENT_ID'),
      },
    ])
  })

  test('has another secret, which is not told', async () => {
    const findings = await present(fake().fetch, { clientSecret: 'wrong-secret' })
    expect(findings).toMatchObject([
      {
        state: 'problem',
        detail: 'Forgejo does not accept the client secret',
        remedy: expect.stringMatching(/^Compare it with what Forgejo showed: no quotes, /),
      },
    ])
    expect(JSON.stringify(findings)).not.toContain('wrong-secret')
  })

  test('has another callback', async () => {
    expect(await present(fake({ redirectUris: ['https://old.example.test/oauth/callback'] }).fetch)).toMatchObject([
      { state: 'problem', detail: expect.stringContaining('callback'), remedy: expect.stringMatching(new RegExp(`: ${redirectUri}$`)) },
    ])
  })

  test('is a public client', async () => {
    expect(await present(fake({ confidential: false }).fetch)).toMatchObject([
      { state: 'warning', remedy: expect.stringContaining('Confidential client') },
    ])
  })

  test('cannot be asked about through what stands in front', async () => {
    const forgejo = fake()
    forgejo.setOutage('garbage', '/login/oauth/')
    expect(await present(forgejo.fetch)).toMatchObject([{ state: 'problem', detail: expect.stringContaining('not its own (status 200)') }])
    expect(await present(unreached({ reason: 'silent', waitedMs: 5_000 }))).toMatchObject([
      { state: 'problem', detail: expect.stringContaining('silent') },
    ])
  })

  test('is refused in words that are new, which are shown', async () => {
    const answer = { error: 'invalid_request', error_description: 'something\nnew' }
    expect(await present(() => Response.json(answer, { status: 400 }))).toMatchObject([
      { state: 'warning', detail: expect.stringContaining('something new'), remedy: expect.stringContaining(redirectUri) },
    ])
  })
})

function fake({ version, origin, ...changes }: Partial<Application> & { readonly version?: string; readonly origin?: string } = {}) {
  return createFakeForgejo({
    applications: [{ ...application, ...changes }],
    ...(version === undefined ? {} : { version }),
    ...(origin === undefined ? {} : { origin }),
  })
}

function look(
  forgejo: Fetch,
  {
    url = forgejoUrl,
    surroundings = host,
    addresses = ['198.51.100.7'],
  }: { readonly url?: string; readonly surroundings?: Surroundings; readonly addresses?: readonly string[] } = {},
) {
  return checkForgejo({ forgejoUrl: url, ask: askThrough(forgejo), resolve: async () => addresses, surroundings })
}

async function present(forgejo: Fetch, changes: Partial<Pick<Application, 'clientId' | 'clientSecret'>> = {}): Promise<readonly Finding[]> {
  const { clientId, clientSecret } = { ...application, ...changes }
  const outcome = await checkOAuthApplication({
    forgejoUrl,
    application: { clientId, clientSecret, redirectUri },
    ask: askThrough(forgejo),
  })
  return outcome.findings
}

function except(forgejo: Fetch, path: string, other: Fetch): Fetch {
  return (request) => (new URL(request.url).pathname === path ? other(request) : forgejo(request))
}

function redirect(to: string): Response {
  return new Response(null, { status: 302, headers: { location: to } })
}
