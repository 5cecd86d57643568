import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { initializeRequest } from '../mcp/mcp-endpoint.ts'
import { requestText, serveRaw } from './wire/send-raw.ts'

/** What a proxy that reads the first request differently would take for part of its body. */
const second = 'GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
const form = 'Content-Type: application/x-www-form-urlencoded'
const chunked = 'Transfer-Encoding: chunked'

test.each([
  ['both a length and chunks', ['Content-Length: 5', chunked], '0\r\n\r\n'],
  ['two transfer encodings', [chunked, 'Transfer-Encoding: identity'], '0\r\n\r\n'],
  ['an unknown transfer encoding', ['Transfer-Encoding: xchunked'], '0\r\n\r\n'],
  ['a blank before the colon', ['Transfer-Encoding : chunked'], '0\r\n\r\n'],
  ['two lengths', ['Content-Length: 0', `Content-Length: ${second.length}`], ''],
  ['a list of lengths', ['Content-Length: 0, 0'], ''],
  ['a negative length', ['Content-Length: -1'], ''],
  ['a length with a sign', ['Content-Length: +0'], ''],
  ['the length of a chunk in another notation', [chunked], '0x1\r\nx\r\n0\r\n\r\n'],
  ['chunks that end in half a line break', [chunked], '1\nx\n0\n\n'],
  ['a folded header', ['X-Folded: a\r\n b', 'Content-Length: 0'], ''],
  ['a NUL in a header', ['X-Nul: a\0b', 'Content-Length: 0'], ''],
])('a request with %s ends its connection, and what follows is no request', async (_, headers, body) => {
  const { fetch } = await createHarness()
  const send = await serveRaw(fetch)
  const first = ['POST /oauth/token HTTP/1.1', 'Host: a', form, ...headers, '', body].join('\r\n')
  expect((await send(first + second)).statuses).toEqual([400])
})

test('half line breaks end no header', async () => {
  const { fetch } = await createHarness()
  const send = await serveRaw(fetch)
  expect((await send(`POST /oauth/token HTTP/1.1\nHost: a\nContent-Length: 0\n\n${second}`)).statuses).toEqual([400])
})

test('requests that leave no doubt are told apart', async () => {
  const { fetch } = await createHarness()
  const send = await serveRaw(fetch)
  const first = ['POST /oauth/token HTTP/1.1', 'Host: a', form, chunked, '', '1\r\nx\r\n0\r\n\r\n'].join('\r\n')
  expect((await send(first + second)).statuses).toEqual([400, 200])
})

test('a body that breaks off is no fault of ours', async () => {
  const { fetch, log } = await createHarness()
  const send = await serveRaw(fetch)
  for (const path of ['token', 'register', 'revoke', 'consent']) {
    await send([`POST /oauth/${path} HTTP/1.1`, 'Host: a', form, 'Content-Length: 50', '', 'a=b'].join('\r\n'), false)
  }
  expect(log.events.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([])
})

test.each([
  ['Authorization', ['Authorization: Bearer TOKEN', 'Authorization: Bearer other'], 401],
  ['Authorization, the other way round', ['Authorization: Bearer other', 'Authorization: Bearer TOKEN'], 401],
  ['Origin', ['Authorization: Bearer TOKEN', 'Origin: https://mcp.example.test', 'Origin: https://evil.example'], 403],
  ['Content-Type', ['Authorization: Bearer TOKEN', 'Content-Type: text/plain'], 415],
  ['Mcp-Session-Id', ['Authorization: Bearer TOKEN', 'Mcp-Session-Id: SESSION', 'Mcp-Session-Id: other'], 404],
])('does not choose between two headers %s', async (_, headers, status) => {
  const { fetch, signIn } = await createHarness()
  const send = await serveRaw(fetch)
  const { tokens } = await signIn({ login: 'alice' })
  const open = ['Content-Type: application/json', `Authorization: Bearer ${tokens.access_token}`]
  const opened = await send(requestText('POST /mcp', open, JSON.stringify(initializeRequest())))
  const session = /^mcp-session-id: (\S+)/im.exec(opened.text)?.[1] ?? ''
  const filled = headers.map((header) => header.replace('TOKEN', tokens.access_token).replace('SESSION', session))
  const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
  expect((await send(requestText('POST /mcp', [...filled, 'Content-Type: application/json'], ping))).statuses).toEqual([status])
})
