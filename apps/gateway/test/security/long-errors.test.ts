import { expect, test } from 'vitest'
import { createMcpEndpoint } from '../mcp/mcp-endpoint.ts'

const many = Object.fromEntries(Array.from({ length: 90_000 }, (_, n) => [`member${n}`, 1]))
const long = { ['x'.repeat(1_000_000)]: 1 }
const initialize = { protocolVersion: '2025-11-25', clientInfo: { name: 'test', version: '1' }, capabilities: {} }
const completion = { ref: { type: 'ref/prompt', name: 'a' }, argument: { name: 'a', value: 'b' } }

test.each([
  ['many members', 'initialize', { ...initialize, clientInfo: many }],
  ['a long name', 'initialize', { ...initialize, protocolVersion: long }],
  ['many arguments', 'completion/complete', { ...completion, context: { arguments: many } }],
  ['a long argument', 'completion/complete', { ...completion, context: { arguments: long } }],
  ['many arguments of the right kind', 'completion/complete', { ...completion, context: { arguments: texts(90_000) } }],
  ['many members instead of a tool', 'tools/call', { name: many, arguments: {} }],
  ['a long name of a tool', 'tools/call', { name: 'x'.repeat(1_000_000) }],
  ['a long value', 'logging/setLevel', { level: 'x'.repeat(1_000_000) }],
  ['a long method', 'x'.repeat(1_000_000), {}],
])('an error says little, however much is wrong: %s', async (_what, method, params) => {
  const mcp = createMcpEndpoint()
  const alice = await mcp.open(mcp.token('alice'))
  const answer = await (await mcp.post({ jsonrpc: '2.0', id: 1, method, params }, alice)).text()
  expect(JSON.parse(answer)).toMatchObject({ id: 1, error: { code: expect.any(Number) } })
  expect(answer.length).toBeLessThan(2_048)
})

test.each(['experimental', 'extensions'])('what a client says of itself costs nothing to look at: %s', async (capability) => {
  const mcp = createMcpEndpoint()
  const params = { ...initialize, capabilities: { [capability]: many } }
  const response = await mcp.post({ jsonrpc: '2.0', id: 1, method: 'initialize', params }, { token: mcp.token('alice') })
  expect(response.status).toBe(200)
})

test('arguments of a completion are passed on', async () => {
  const mcp = createMcpEndpoint()
  const alice = await mcp.open(mcp.token('alice'))
  const params = { ...completion, context: { arguments: texts(100) } }
  await mcp.post({ jsonrpc: '2.0', id: 1, method: 'completion/complete', params }, alice)
  expect(mcp.runner.sent).toMatchObject([{ method: 'completion/complete', params }])
})

function texts(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`name${n}`, 'value']))
}
