import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { describe, expect, test } from 'vitest'
import { unreached } from './doctor/ask-through.ts'
import { createBroker } from './doctor/gateway-in-memory.ts'
import { lookOutside, of, publicUrl } from './doctor/look-outside.ts'

describe('discovery', () => {
  const documents = ['/.well-known/oauth-authorization-server', '/.well-known/oauth-protected-resource/mcp']

  test.each(documents)('misses %s that the proxy does not pass', async (path) => {
    const findings = await lookOutside({ proxy: (broker) => except(broker, path, () => new Response('none', { status: 404 })) })
    expect(of(findings, 'discovery')).toMatchObject([
      {
        state: 'problem',
        detail: `${publicUrl}${path}: not found (404): the proxy passes only some paths, or serves another site under this name`,
      },
    ])
  })

  test.each(documents)('takes no page for %s', async (path) => {
    const findings = await lookOutside({ proxy: (broker) => except(broker, path, () => new Response('<html>')) })
    expect(of(findings, 'discovery')).toMatchObject([{ state: 'problem', detail: expect.stringContaining('another program') }])
  })

  test('names a path that the proxy does not answer', async () => {
    const findings = await lookOutside({
      proxy: (broker) => except(broker, '/.well-known/oauth-authorization-server', unreached({ reason: 'broken', code: 'ECONNRESET' })),
    })
    expect(of(findings, 'discovery')).toMatchObject([{ state: 'problem', detail: expect.stringContaining('ECONNRESET') }])
  })

  test('tells of a broker with another public URL, in both documents', async () => {
    const other = await createBroker('https://other.example.test')
    expect(of(await lookOutside({ proxy: () => other.fetch }), 'discovery')).toMatchObject([
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
    const findings = await lookOutside({ proxy })
    expect(of(findings, 'mcp-endpoint')).toMatchObject([{ state: 'problem', detail: expect.stringContaining(detail) }])
  })
})

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
