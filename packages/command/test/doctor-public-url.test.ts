import { describe, expect, test } from 'vitest'
import type { NoAnswer } from '../src/doctor/network/ask.ts'
import { unreached } from './doctor/ask-through.ts'
import { createBroker } from './doctor/gateway-in-memory.ts'
import { lookOutside, of, publicUrl } from './doctor/look-outside.ts'

const refused = unreached({ reason: 'refused' })

test('finds nothing wrong with a proxy that passes everything', async () => {
  const findings = await lookOutside()
  expect(findings.map(({ check, state }) => [check, state])).toEqual([
    ['local-port', 'ok'],
    ['public-url', 'ok'],
    ['discovery', 'ok'],
    ['mcp-endpoint', 'ok'],
  ])
})

describe('the local port', () => {
  test('is not looked at where no broker runs', async () => {
    expect(of(await lookOutside({ local: refused, isRunning: false }), 'local-port')).toMatchObject([{ state: 'skipped' }])
  })

  test('is another one than the settings say when a broker runs and nothing listens', async () => {
    expect(of(await lookOutside({ local: refused }), 'local-port')).toMatchObject([
      { state: 'problem', detail: expect.stringContaining('nothing listens'), remedy: expect.stringContaining('FJMCP_BROKER_LISTEN') },
    ])
  })

  test('hangs', async () => {
    const findings = await lookOutside({ local: unreached({ reason: 'silent', waitedMs: 5_000 }) })
    expect(of(findings, 'local-port')).toMatchObject([{ state: 'problem', detail: expect.stringContaining('does not answer within') }])
  })

  test('belongs to another program', async () => {
    const findings = await lookOutside({ local: () => new Response('hello') })
    expect(of(findings, 'local-port')).toMatchObject([{ state: 'problem', detail: expect.stringContaining('another program') }])
  })

  test('belongs to the broker written in Go', async () => {
    const findings = await lookOutside({ local: () => Response.json({ status: 'ok', store: 'ok' }) })
    expect(of(findings, 'local-port')).toMatchObject([{ state: 'problem', detail: expect.stringContaining('an older broker') }])
  })

  test('is that of a broker that is not healthy', async () => {
    const { fetch, runner } = await createBroker(publicUrl)
    runner.setAvailable(false)
    const findings = await lookOutside({ local: fetch, proxy: () => fetch })
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
    const findings = await lookOutside({ proxy: () => unreached(noAnswer) })
    expect(of(findings, 'public-url')).toMatchObject([
      { state: 'problem', detail: expect.stringContaining(detail), remedy: expect.stringContaining(remedy) },
    ])
    expect(of(findings, 'discovery')).toMatchObject([{ state: 'skipped' }])
    expect(of(findings, 'mcp-endpoint')).toMatchObject([{ state: 'skipped' }])
  })

  test.each<NoAnswer>([{ reason: 'refused' }, { reason: 'connect_timeout' }, { reason: 'unreachable', code: 'EHOSTUNREACH' }])(
    'may be reached by others although it is $reason from here, when the broker itself answers',
    async (noAnswer) => {
      expect(of(await lookOutside({ proxy: () => unreached(noAnswer) }), 'public-url')).toMatchObject([
        { state: 'warning', remedy: expect.stringContaining(`curl -sS -o /dev/null -w '%{http_code}\\n' ${publicUrl}/healthz`) },
      ])
    },
  )

  test('says of what lies behind it only what was seen from here', async () => {
    const findings = await lookOutside({ proxy: () => refused })
    const why = { state: 'skipped', detail: 'the broker was not reached at the public URL from here' }
    expect([...of(findings, 'discovery'), ...of(findings, 'mcp-endpoint')]).toMatchObject([why, why])
  })

  test('is what all behind it needs', async () => {
    const findings = await lookOutside({ wrong: ['FJMCP_BROKER_PUBLIC_URL'] })
    const why = { state: 'skipped', detail: 'needs FJMCP_BROKER_PUBLIC_URL' }
    expect((['public-url', 'discovery', 'mcp-endpoint'] as const).flatMap((check) => of(findings, check))).toMatchObject([why, why, why])
  })

  test('is a problem when the broker does not answer either', async () => {
    const findings = await lookOutside({ local: refused, proxy: () => refused, isRunning: false })
    expect(of(findings, 'public-url')).toMatchObject([{ state: 'problem', detail: expect.stringContaining('198.51.100.7') }])
  })

  test.each([502, 503, 504, 521])('says that the proxy does not reach the broker when it answers %i', async (status) => {
    const findings = await lookOutside({ proxy: () => () => new Response('<h1>Sorry</h1>', { status }) })
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
    const findings = await lookOutside({ proxy: () => () => new Response(null, { status: 302, headers: { location: to } }) })
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
    const findings = await lookOutside({ proxy: () => () => new Response('hello', { status }) })
    expect(of(findings, 'public-url')).toMatchObject([{ state: 'problem', detail: expect.stringContaining(detail) }])
  })

  test('leads to the broker written in Go', async () => {
    const findings = await lookOutside({ proxy: () => () => Response.json({ status: 'ok', store: 'ok' }) })
    expect(of(findings, 'public-url')).toMatchObject([{ state: 'problem', detail: expect.stringContaining('an older broker') }])
  })
})

function certificate(problem: 'expired' | 'not_yet_valid' | 'wrong_name' | 'self_signed' | 'unknown_issuer'): NoAnswer {
  return { reason: 'certificate', problem, code: 'CODE' }
}
