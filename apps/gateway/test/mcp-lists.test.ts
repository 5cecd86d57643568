import { beforeEach, expect, test } from 'vitest'
import { createMcpEndpoint, initializeRequest, type McpEndpoint, type SessionCaller, toolCall } from './mcp/mcp-endpoint.ts'

let mcp: McpEndpoint

beforeEach(() => {
  mcp = createMcpEndpoint()
})

const listed = {
  tools: [
    { name: 'get_issue_by_index', title: 'Get', inputSchema: { type: 'object', properties: { file_path: {} } } },
    { name: 'delete_repo', inputSchema: { type: 'object' } },
    {
      name: 'create_issue_attachment',
      inputSchema: { type: 'object', properties: { index: {}, file_path: {}, content: {} }, required: ['index', 'file_path'], extra: 1 },
    },
    { name: 'a_tool_of_tomorrow', inputSchema: { type: 'object' } },
  ],
}
const offeredToWrite = {
  tools: [
    listed.tools[0],
    {
      name: 'create_issue_attachment',
      inputSchema: { type: 'object', properties: { index: {}, content: {} }, required: ['index'], extra: 1 },
    },
  ],
}

async function list(caller: SessionCaller, { method = 'tools/list', params }: { method?: string; params?: object } = {}): Promise<unknown> {
  return (await mcp.post({ jsonrpc: '2.0', id: 'seven "7"', method, ...(params && { params }) }, caller)).json()
}

test('offers the tools that the grant allows, in order, without forbidden arguments', async () => {
  mcp.runner.lists = { 'tools/list': listed }
  expect(await list(await mcp.open(mcp.token('alice', 'write')))).toEqual({ jsonrpc: '2.0', id: 'seven "7"', result: offeredToWrite })
  expect(await list(await mcp.open(mcp.token('bob', 'full')))).toMatchObject({
    result: { tools: listed.tools.map(({ name }) => ({ name })) },
  })
})

test.each([
  ['tools/list', { tools: [] }],
  ['resources/list', { resources: [{ uri: 'forgejo://a', name: 'a' }] }],
  ['resources/templates/list', { resourceTemplates: [{ uriTemplate: 'forgejo://{owner}', name: 'owner' }] }],
  ['prompts/list', { prompts: [] }],
] as const)('answers %s without the runner, for every session', async (method, result) => {
  mcp.runner.lists = { [method]: result }
  const callers = [await mcp.open(mcp.token('alice')), await mcp.open(mcp.token('bob'))]
  for (const caller of callers) expect(await list(caller, { method, params: {} })).toMatchObject({ result })
  expect(mcp.runner.asked).toEqual(['catalogue'])
})

test('does not know a list that the child program does not know', async () => {
  mcp.runner.lists = { 'tools/list': { tools: [] } }
  const caller = await mcp.open(mcp.token('alice'))
  expect(await list(caller, { method: 'prompts/list' })).toMatchObject({ error: { code: -32601 } })
})

test('has one page only: another cursor than an empty one is not known', async () => {
  const caller = await mcp.open(mcp.token('alice'))
  expect(await list(caller, { params: { cursor: 'c' } })).toMatchObject({ error: { code: -32602 } })
  expect(await list(caller, { params: { cursor: 7 } })).toMatchObject({ error: { code: -32602 } })
  expect(await list(caller, { params: { cursor: '' } })).toHaveProperty('result')
})

test('answers the lists in a batch', async () => {
  const caller = await mcp.open(mcp.token('alice'), '2025-03-26')
  const messages = [1, 2].map((id) => ({ jsonrpc: '2.0', id, method: 'tools/list' }))
  const answers = await (await mcp.post([...messages, toolCall(3)], caller)).json()
  expect(answers).toMatchObject([{ id: 1, result: { tools: [] } }, { id: 2, result: { tools: [] } }, { id: 3 }])
})

test('opens sessions and answers lists and pings while the runner is out of reach, once the child was asked', async () => {
  mcp.runner.lists = { 'tools/list': listed }
  await mcp.open(mcp.token('alice'))
  mcp.runner.isDown = true
  const caller = await mcp.open(mcp.token('bob'))
  expect(await list(caller)).toHaveProperty('result')
  expect(await list(caller, { method: 'ping' })).toMatchObject({ result: {} })
})

test('asks again after a restart of the runner, and says what was known while no child starts', async () => {
  const caller = await mcp.open(mcp.token('alice'))
  mcp.runner.lists = { 'tools/list': listed }
  mcp.runner.childFailure = { reason: 'child_unavailable', detail: 'the program was not found' }
  mcp.runner.restart()
  expect(await list(caller)).toMatchObject({ result: { tools: [] } })
  mcp.runner.childFailure = undefined
  expect(await list(caller)).toMatchObject({ result: { tools: [{ name: 'get_issue_by_index' }, {}, {}, {}] } })
})

test('asks once for many clients that come at the same time', async () => {
  const token = mcp.token('alice')
  await Promise.all(Array.from({ length: 50 }, () => mcp.post(initializeRequest(), { token })))
  expect(mcp.runner.asked).toEqual(['catalogue'])
  expect(mcp.rows.size).toBe(50)
})
