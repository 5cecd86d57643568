import { parseGatewaySettings } from '@fjmcp-broker/gateway/config'
import { parseRunnerSettings } from '@fjmcp-broker/runner/config'
import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { routeByOrigin } from '@fjmcp-broker/testkit/route-by-origin'
import { describe, expect, test } from 'vitest'
import type { CheckName, Finding } from '../src/doctor/finding.ts'
import { checkOutside } from '../src/doctor/groups/check-outside.ts'
import type { NoAnswer } from '../src/doctor/network/ask.ts'
import { askThrough, unreached } from './doctor/ask-through.ts'
import { createBroker } from './doctor/gateway-in-memory.ts'

const publicUrl = 'https://mcp.example.test'
const localUrl = 'http://127.0.0.1:8080'
const refused = unreached({ reason: 'refused' })

test('finds nothing wrong with a proxy that passes everything', async () => {
  const findings = await look()
  expect(findings.map(({ check, state }) => [check, state])).toEqual([
    ['local-port', 'ok'],
    ['public-url', 'ok'],
    ['discovery', 'ok'],
    ['mcp-endpoint', 'ok'],
  ])
})

describe('the local port', () => {
  test('is not looked at where no broker runs', async () => {
    expect(of(await look({ local: refused, isRunning: false }), 'local-port')).toMatchObject([{ state: 'skipped' }])
  })

  test('is another one than the settings say when a broker runs and nothing listens', async () => {
    expect(of(await look({ local: refused }), 'local-port')).toMatchObject([
      { state: 'problem', detail: expect.stringContaining('nothing listens'), remedy: expect.stringContaining('FJMCP_BROKER_LISTEN') },
    ])
  })

  test('hangs', async () => {
    const findings = await look({ local: unreached({ reason: 'silent', waitedMs: 5_000 }) })
    expect(of(findings, 'local-port')).toMatchObject([{ state: 'problem', detail: expect.stringContaining('does not answer within') }])
  })

  test('belongs to another program', async () => {
    const findings = await look({ local: () => new Response('hello') })
    expect(of(findings, 'local-port')).toMatchObject([{ state: 'problem', detail: expect.stringContaining('another program') }])
  })

  test('belongs to the broker written in Go', async () => {
    const findings = await look({ local: () => Response.json({ status: 'ok', store: 'ok' }) })
    expect(of(findings, 'local-port')).toMatchObject([{ state: 'problem', detail: expect.stringContaining('an older broker') }])
  })

  test('is that of a broker that is not healthy', async () => {
    const { fetch, runner } = await createBroker(publicUrl)
    runner.setAvailable(false)
    const findings = await look({ local: fetch, proxy: () => fetch })
    expect(of(findings, 'local-port')).toMatchObject([{ state: 'problem', detail: expect.stringContaining('not healthy') }])
    expect(of(findings, 'public-url')).toMatchObject([{ state: 'ok', detail: expect.stringContaining('not healthy') }])
  })
})

describe('the public URL', () => {
  test.each<{ noAnswer: NoAnswer; detail: string; remedy: string }>([
    { noAnswer: { reason: 'unknown_name' }, detail: 'mcp.example.test is not known', remedy: 'DNS record' },
    { noAnswer: { reason: 'no_name_server' }, detail: 'no name server answers', remedy: 'name servers' },
    { noAnswer: { reason: 'silent', waitedMs: 5_000 }, detail: 'does not answer within 5 seconds', remedy: 'log of the proxy' },
    { noAnswer: { reason: 'not_http' }, detail: 'does not speak HTTP', remedy: 'log of the proxy' },
    { noAnswer: { reason: 'not_tls' }, detail: 'does not speak TLS', remedy: 'port of the proxy' },
    { noAnswer: { reason: 'tls_refused', code: 'ALERT' }, detail: 'ends the TLS handshake', remedy: 'Name mcp.example.test' },
    { noAnswer: certificate('expired'), detail: 'has expired', remedy: 'Renew' },
    { noAnswer: certificate('not_yet_valid'), detail: 'is not valid yet', remedy: 'clocks' },
    { noAnswer: certificate('wrong_name'), detail: 'made for another name', remedy: 'names mcp.example.test' },
    { noAnswer: certificate('self_signed'), detail: 'self-signed', remedy: 'NODE_EXTRA_CA_CERTS' },
    { noAnswer: certificate('unknown_issuer'), detail: 'not trusted', remedy: 'NODE_EXTRA_CA_CERTS' },
  ])('names what is wrong: $detail', async ({ noAnswer, detail, remedy }) => {
    const findings = await look({ proxy: () => unreached(noAnswer) })
    expect(of(findings, 'public-url')).toMatchObject([
      { state: 'problem', detail: expect.stringContaining(detail), remedy: expect.stringContaining(remedy) },
    ])
    expect(of(findings, 'discovery')).toMatchObject([{ state: 'skipped' }])
    expect(of(findings, 'mcp-endpoint')).toMatchObject([{ state: 'skipped' }])
  })

  test.each<NoAnswer>([{ reason: 'refused' }, { reason: 'connect_timeout' }, { reason: 'unreachable', code: 'EHOSTUNREACH' }])(
    'may be reached by others although it is $reason from here, when the broker itself answers',
    async (noAnswer) => {
      expect(of(await look({ proxy: () => unreached(noAnswer) }), 'public-url')).toMatchObject([
        { state: 'warning', remedy: expect.stringContaining(`curl -sS -o /dev/null -w '%{http_code}\\n' ${publicUrl}/healthz`) },
      ])
    },
  )

  test('is a problem when the broker does not answer either', async () => {
    const findings = await look({ local: refused, proxy: () => refused, isRunning: false })
    expect(of(findings, 'public-url')).toMatchObject([{ state: 'problem', detail: expect.stringContaining('198.51.100.7') }])
  })

  test.each([502, 503, 504, 521])('says that the proxy does not reach the broker when it answers %i', async (status) => {
    const findings = await look({ proxy: () => () => new Response('<h1>Sorry</h1>', { status }) })
    expect(of(findings, 'public-url')).toMatchObject([
      { state: 'problem', detail: expect.stringContaining(`answers ${status}`), remedy: expect.stringContaining('PublishPort=') },
    ])
    expect(of(findings, 'discovery')).toMatchObject([{ state: 'skipped' }])
  })

  test.each([
    { to: `${publicUrl}/healthz`, detail: 'redirects to itself', remedy: 'Full (strict)' },
    {
      to: 'https://www.example.test/healthz',
      detail: 'redirects to https://www.example.test/healthz',
      remedy: 'Set FJMCP_BROKER_PUBLIC_URL to https://www.example.test',
    },
    { to: '/login?back=/healthz', detail: `redirects to ${publicUrl}/login (`, remedy: 'without a sign-in page' },
  ])('explains a redirect to $to', async ({ to, detail, remedy }) => {
    const findings = await look({ proxy: () => () => new Response(null, { status: 302, headers: { location: to } }) })
    expect(of(findings, 'public-url')).toMatchObject([
      { state: 'problem', detail: expect.stringContaining(detail), remedy: expect.stringContaining(remedy) },
    ])
  })

  test.each([
    { status: 401, detail: 'a sign-in of its own' },
    { status: 403, detail: 'a sign-in of its own' },
    { status: 404, detail: 'passes only some paths' },
    { status: 200, detail: 'another program answers (status 200, text/plain)' },
  ])('explains an answer $status that is not the broker’s', async ({ status, detail }) => {
    const findings = await look({ proxy: () => () => new Response('hello', { status }) })
    expect(of(findings, 'public-url')).toMatchObject([{ state: 'problem', detail: expect.stringContaining(detail) }])
  })

  test('leads to the broker written in Go', async () => {
    const findings = await look({ proxy: () => () => Response.json({ status: 'ok', store: 'ok' }) })
    expect(of(findings, 'public-url')).toMatchObject([{ state: 'problem', detail: expect.stringContaining('an older broker') }])
  })
})

describe('discovery', () => {
  const documents = ['/.well-known/oauth-authorization-server', '/.well-known/oauth-protected-resource/mcp']

  test.each(documents)('misses %s that the proxy does not pass', async (path) => {
    const findings = await look({ proxy: (broker) => except(broker, path, () => new Response('none', { status: 404 })) })
    expect(of(findings, 'discovery')).toMatchObject([
      {
        state: 'problem',
        detail: `${publicUrl}${path}: not found (404): the proxy passes only some paths, or serves another site under this name`,
      },
    ])
  })

  test.each(documents)('takes no page for %s', async (path) => {
    const findings = await look({ proxy: (broker) => except(broker, path, () => new Response('<html>')) })
    expect(of(findings, 'discovery')).toMatchObject([{ state: 'problem', detail: expect.stringContaining('another program') }])
  })

  test('names a path that the proxy does not answer', async () => {
    const findings = await look({
      proxy: (broker) => except(broker, '/.well-known/oauth-authorization-server', unreached({ reason: 'broken', code: 'ECONNRESET' })),
    })
    expect(of(findings, 'discovery')).toMatchObject([{ state: 'problem', detail: expect.stringContaining('ECONNRESET') }])
  })

  test('tells of a broker with another public URL, in both documents', async () => {
    const other = await createBroker('https://other.example.test')
    expect(of(await look({ proxy: () => other.fetch }), 'discovery')).toMatchObject([
      {
        state: 'problem',
        detail: expect.stringMatching(/https:\/\/other\.example\.test as its issuer.*https:\/\/mcp\.example\.test is expected/),
      },
      { state: 'problem', detail: expect.stringContaining('https://other.example.test/mcp as its resource') },
    ])
  })
})

describe('the MCP endpoint', () => {
  test.each<{ what: string; proxy: (broker: Fetch) => Fetch; detail: string }>([
    {
      what: 'the challenge is dropped',
      proxy: (broker) => changeAnswer(broker, (headers) => headers.delete('www-authenticate')),
      detail: 'drops the header WWW-Authenticate',
    },
    {
      what: 'the challenge is replaced',
      proxy: (broker) => changeAnswer(broker, (headers) => headers.set('www-authenticate', 'Basic realm="proxy"')),
      detail: "does not lead to the broker's sign-in",
    },
    {
      what: 'the token is dropped',
      proxy: (broker) => (request) => {
        const headers = new Headers(request.headers)
        headers.delete('authorization')
        return broker(new Request(request, { headers }))
      },
      detail: 'drops the header Authorization',
    },
    {
      what: 'the proxy wants a sign-in of its own',
      proxy: (broker) =>
        except(broker, '/mcp', () => new Response('Who are you?', { status: 401, headers: { 'www-authenticate': 'Basic' } })),
      detail: 'a sign-in of its own',
    },
    {
      what: 'only GET is passed',
      proxy: (broker) => (request) => (request.method === 'GET' ? broker(request) : new Response('', { status: 405 })),
      detail: 'takes no POST',
    },
    {
      what: 'the path is not passed',
      proxy: (broker) => except(broker, '/mcp', () => new Response('', { status: 404 })),
      detail: 'not found (404)',
    },
    { what: 'a page is served there', proxy: (broker) => except(broker, '/mcp', () => new Response('<html>')), detail: 'another program' },
    {
      what: 'it hangs',
      proxy: (broker) => except(broker, '/mcp', unreached({ reason: 'silent', waitedMs: 5_000 })),
      detail: 'does not answer within 5 seconds',
    },
  ])('says that $what', async ({ proxy, detail }) => {
    const findings = await look({ proxy })
    expect(of(findings, 'mcp-endpoint')).toMatchObject([{ state: 'problem', detail: expect.stringContaining(detail) }])
  })
})

/** What is found out about a broker, its port and the proxy in front of it. */
async function look({
  local,
  proxy = (broker) => broker,
  isRunning = true,
}: {
  readonly local?: Fetch
  readonly proxy?: (broker: Fetch) => Fetch
  readonly isRunning?: boolean
} = {}): Promise<readonly Finding[]> {
  const broker = await createBroker(publicUrl)
  const network = routeByOrigin({ [localUrl]: local ?? broker.fetch, [publicUrl]: proxy(broker.fetch) })
  const environment = {
    FJMCP_BROKER_PUBLIC_URL: publicUrl,
    FJMCP_BROKER_LISTEN: '0.0.0.0:8080',
    FORGEJO_URL: 'https://git.example.test',
    FORGEJO_OAUTH_CLIENT_ID: 'broker',
    FORGEJO_OAUTH_CLIENT_SECRET: 'broker-secret',
  }
  const gateway = parseGatewaySettings(environment, () => {
    throw new Error('no file is named')
  })
  const runner = parseRunnerSettings(environment)
  if (!gateway.ok || !runner.ok) throw new Error('the settings of this test are wrong')
  const { findings } = await checkOutside(
    { gateway: gateway.value, runner: runner.value, wrong: new Set() },
    { ask: askThrough(network), resolve: async () => ['198.51.100.7'], isRunning: Promise.resolve(isRunning) },
  )
  return findings
}

function of(findings: readonly Finding[], check: CheckName): readonly Finding[] {
  return findings.filter((finding) => finding.check === check)
}

function certificate(problem: 'expired' | 'not_yet_valid' | 'wrong_name' | 'self_signed' | 'unknown_issuer'): NoAnswer {
  return { reason: 'certificate', problem, code: 'CODE' }
}

function except(broker: Fetch, path: string, other: Fetch): Fetch {
  return (request) => (new URL(request.url).pathname === path ? other(request) : broker(request))
}

function changeAnswer(broker: Fetch, change: (headers: Headers) => void): Fetch {
  return async (request) => {
    const response = await broker(request)
    const headers = new Headers(response.headers)
    change(headers)
    return new Response(response.body, { status: response.status, headers })
  }
}
