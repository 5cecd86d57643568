import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { requestText, serveRaw } from './wire/send-raw.ts'

const json = ['Content-Type: application/json']
const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}'

test.each([
  '/mcp',
  '/%6dcp',
  '/m%63%70',
  '/./mcp',
  '/oauth/../mcp',
  '/oauth/%2e%2e/mcp',
  '/healthz/../mcp',
  '/.well-known/oauth-protected-resource/../../mcp',
  '/mcp?/healthz',
  'http://evil.example/mcp',
  'https://mcp.example.test/mcp',
])('%s leads to the MCP endpoint, which asks for a token whatever the way to it', async (target) => {
  const send = await serveRaw((await createHarness()).fetch)
  const answer = await send(requestText(`POST ${target}`, json, ping))
  expect(answer.statuses).toEqual([401])
  expect(answer.text).toMatch(/^www-authenticate: Bearer /im)
})

test.each(['/mcp/', '//mcp', '/MCP', '/mcp;x', '/mcp%2f', '/mcp%00', '/mcp%20', '/%256dcp', '/%6%6dcp', '/mcp/ping', '/healthz/mcp'])(
  '%s leads nowhere, whoever asks',
  async (target) => {
    const { fetch, signIn } = await createHarness()
    const { tokens } = await signIn({ login: 'alice' })
    const send = await serveRaw(fetch)
    const answer = await send(requestText(`POST ${target}`, [...json, `Authorization: Bearer ${tokens.access_token}`], ping))
    expect(answer.statuses).toEqual([404])
  },
)

test.each(['\\mcp', 'mcp', '*', 'evil.example:443'])('the target %s is none', async (target) => {
  const send = await serveRaw((await createHarness()).fetch)
  expect((await send(requestText(`GET ${target}`))).statuses).toEqual([400])
})

test.each(['/oauth/authorize', '/oauth/consent', '/oauth/callback', '/oauth/token', '/oauth/register', '/oauth/revoke'])(
  '%s has one spelling without dots and escapes',
  async (path) => {
    const send = await serveRaw((await createHarness()).fetch)
    for (const target of [`${path}/`, `/${path}`, path.toUpperCase(), path.replace('/oauth/', '/oauth%2f'), `${path};a=b`, `${path}%00`]) {
      for (const method of ['GET', 'POST']) expect((await send(requestText(`${method} ${target}`))).statuses).toEqual([404])
    }
  },
)
