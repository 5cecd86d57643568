import { createBrowser } from '@fjmcp-broker/testkit/browser'
import { signInWithForgejo } from '@fjmcp-broker/testkit/forgejo/sign-in-with-forgejo'
import { findFreePort } from '@fjmcp-broker/testkit/free-port'
import { type Authorize, connectMcpClient, type McpClient } from '@fjmcp-broker/testkit/mcp-client'
import { startWholeBroker, type WholeBroker } from '@fjmcp-broker/testkit/whole-broker'
import { expect, onTestFinished, test } from 'vitest'
import { tapWire, type WireTap } from './tap-wire.ts'

const redirectUrl = 'http://127.0.0.1:33418/callback'
const metricsToken = 'a-token-for-prometheus'
/** As an argument of calls. */
const argument = 'words-that-nobody-else-may-read'

test('writes no secret, and nothing of what calls say, into any line, whatever goes wrong', async () => {
  const metricsListen = `127.0.0.1:${await findFreePort(0)}`
  const whole = await start({ FJMCP_BROKER_METRICS_LISTEN: metricsListen, FJMCP_BROKER_METRICS_TOKEN: metricsToken })
  const tap = tapWire()
  let answersOfForgejo = 0
  const lookAtForgejo = async (goOn: () => Promise<Response>): Promise<Response> => {
    const answer = await goOn()
    answersOfForgejo += 1
    await tap.look(answer)
    return answer
  }
  whole.forgejo.intercept('/login/oauth/access_token', lookAtForgejo, Infinity)

  const alice = await connect(whole, tap)
  const first = alice.tokens()
  const inRepository = { owner: argument, repo: argument }
  await alice.client.callTool({ name: 'get_my_user_info', arguments: {} })
  await fail(alice, 'get_file_content', { ...inRepository, ref: argument, filePath: argument })
  await fail(alice, argument, { [argument]: argument })
  await fail(alice, 'create_issue', { title: { [argument]: argument } })
  await postAnything(whole, tap, { accessToken: first?.access_token ?? '', sessionId: String(alice.transport.sessionId) })

  const bearer = `Bearer ${metricsToken}`
  for (const authorization of [bearer, `${bearer}x`]) {
    await (await tap.fetch(`http://${metricsListen}/metrics`, { headers: { authorization } })).text()
  }
  for (const outage of ['down', 'garbage', 'gone'] as const) {
    whole.forgejo.setOutage(outage)
    await fail(alice, 'list_repo_issues', inRepository)
    whole.forgejo.expireAccessTokens()
    await fail(alice, 'list_repo_issues', inRepository)
  }
  whole.forgejo.setOutage('none')
  await alice.client.callTool({ name: 'get_my_user_info', arguments: {} })
  whole.forgejo.revokeGrant('alice')
  await alice.signedIn(() => alice.client.callTool({ name: 'get_my_user_info', arguments: {} }))
  const clientId = alice.clientId() ?? ''
  for (let use = 0; use < 2; use += 1) await refresh(whole, tap, { clientId, refreshToken: alice.tokens()?.refresh_token ?? '' })
  await refresh(whole, tap, { clientId, refreshToken: first?.refresh_token ?? '' })
  await whole.broker().stop()

  const log = whole.broker().log
  expect(log.map(({ event }) => event)).toEqual(
    expect.arrayContaining([
      'tokens_issued',
      'tokens_refreshed',
      'credential_renewed',
      'credential_died',
      'call_finished',
      'child_started',
    ]),
  )
  const calls = log.filter((line) => line.event === 'call_finished' && line['method'] === 'tools/call')
  expect(calls).toContainEqual(
    expect.objectContaining({
      session: expect.stringMatching(/^ses_/),
      tool: 'get_my_user_info',
      outcome: 'result',
      durationMs: expect.any(Number),
    }),
  )
  expect(answersOfForgejo).toBeGreaterThanOrEqual(3)
  const secrets = [
    ...tap.secrets(),
    'broker-client-secret',
    btoa('broker:broker-client-secret'),
    'alice-password',
    'fjb_ch_',
    metricsToken,
    argument,
  ]
  expect(secrets.length).toBeGreaterThan(20)
  const lines = [...whole.broker().printed().split('\n'), ...whole.broker().complaints().split('\n')]
  expect(lines.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([])
})

/** Signs alice in, and looks at all that she, her browser and her client send and are sent. */
function connect(whole: WholeBroker, tap: WireTap): Promise<McpClient> {
  const authorize: Authorize = async (url) => {
    const browser = createBrowser({ fetch: (request) => tap.fetch(request.url, requestInit(request)) })
    const consent = await browser.open(url.href, { stopAt: (target) => target.startsWith(redirectUrl) })
    const end = await signInWithForgejo(await consent.submit({ access: 'write' }, 'approve'), {
      login: 'alice',
      password: 'alice-password',
    })
    return new URL(end.url)
  }
  return connectMcpClient({ mcpUrl: `${whole.publicUrl}/mcp`, name: 'Client of alice', redirectUrl, authorize, fetch: tap.fetch })
}

/** Calls a tool that answers with an error, in whatever way. */
async function fail({ client }: McpClient, name: string, given: Readonly<Record<string, unknown>>): Promise<void> {
  const answer = await client.callTool({ name, arguments: given }).catch(() => ({ isError: true }))
  expect(answer.isError).toBe(true)
}

function requestInit({ method, headers, body, redirect }: Request): RequestInit {
  return { method, headers, redirect, ...(body === null ? {} : { body, duplex: 'half' }) }
}

/** What is no call at all: wrong JSON, a wrong token, a wrong session. */
async function postAnything(
  whole: WholeBroker,
  tap: WireTap,
  { accessToken, sessionId }: { readonly accessToken: string; readonly sessionId: string },
): Promise<void> {
  const statuses = []
  for (const [token, session, body] of [
    [accessToken, sessionId, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${argument}"`],
    [`${accessToken}x`, sessionId, '{}'],
    [accessToken, `${sessionId}x`, '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'],
    [accessToken, sessionId, `{"jsonrpc":"2.0","id":1,"method":"${argument}"}`],
  ] as const) {
    const response = await tap.fetch(`${whole.publicUrl}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'mcp-session-id': session,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body,
    })
    await response.text()
    statuses.push(response.status)
  }
  expect(statuses).toEqual([400, 401, 404, 200])
}

async function refresh(
  whole: WholeBroker,
  tap: WireTap,
  { clientId, refreshToken }: { readonly clientId: string; readonly refreshToken: string },
): Promise<void> {
  const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken })
  await (await tap.fetch(`${whole.publicUrl}/oauth/token`, { method: 'POST', body })).text()
}

async function start(environment: Readonly<Record<string, string>>): Promise<WholeBroker> {
  const whole = await startWholeBroker({ environment: { FJMCP_BROKER_LOG_LEVEL: 'debug', ...environment } })
  onTestFinished(() => whole.close())
  return whole
}
