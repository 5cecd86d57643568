import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { initializeRequest } from '../mcp/mcp-endpoint.ts'

test('the client’s token is not passed on to the runner, whatever is called', async () => {
  const { signIn, fetch, runner, settled } = await createHarness()
  const { tokens } = await signIn({ login: 'alice' })
  const headers = { authorization: `Bearer ${tokens.access_token}`, 'content-type': 'application/json' }
  const post = async (message: object, session = {}) =>
    fetch(
      new Request('https://mcp.example.test/mcp', { method: 'POST', headers: { ...headers, ...session }, body: JSON.stringify(message) }),
    )
  const opened = await post(initializeRequest())
  const session = { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' }
  const called = await post({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'get_my_user_info', arguments: {} } }, session)
  expect([opened.status, called.status]).toEqual([200, 200])
  await called.text()
  await settled()
  expect(runner.uses.map(({ name }) => name)).toEqual(expect.arrayContaining(['describe', 'call']))
  expect(JSON.stringify(runner.uses)).not.toContain(tokens.access_token)
})
