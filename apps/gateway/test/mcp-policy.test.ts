import { beforeEach, expect, test } from 'vitest'
import { createMcpEndpoint, type McpEndpoint, type SessionCaller, toolCall } from './mcp/mcp-endpoint.ts'
import { readAll } from './mcp/read-stream.ts'

let mcp: McpEndpoint

beforeEach(() => {
  mcp = createMcpEndpoint({ timings: { headWaitMs: 5 } })
})

async function open(level: 'read' | 'write' | 'full'): Promise<SessionCaller> {
  const caller = await mcp.open(mcp.token('alice', level))
  mcp.runner.asked.length = 0
  return caller
}

test.each([
  ['read', 'get_issue_by_index'],
  ['write', 'create_issue'],
  ['full', 'delete_repo'],
  ['full', 'a_tool_of_tomorrow'],
] as const)('lets a grant of %s call %s', async (level, tool) => {
  const response = await mcp.post(toolCall(1, tool), await open(level))
  expect(await response.json()).toHaveProperty('result')
})

test('lets an argument of the same name through where it only filters', async () => {
  const response = await mcp.post(toolCall(1, 'get_pull_request_diff', { file_path: 'src/a.ts' }), await open('read'))
  expect(await response.json()).toHaveProperty('result')
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
  nextCursor: 'more',
}
const offeredToWrite = {
  tools: [
    listed.tools[0],
    {
      name: 'create_issue_attachment',
      inputSchema: { type: 'object', properties: { index: {}, content: {} }, required: ['index'], extra: 1 },
    },
  ],
  nextCursor: 'more',
}
const listTools = { jsonrpc: '2.0', id: 1, method: 'tools/list' }

test('offers the tools that the grant allows, in order, without forbidden arguments', async () => {
  mcp.runner.script = (call) => call.result(listed)
  expect(await (await mcp.post(listTools, await open('write'))).json()).toEqual({ jsonrpc: '2.0', id: 1, result: offeredToWrite })
})

test('offers no more than that on a stream, and on one that is resumed', async () => {
  const caller = await open('write')
  mcp.runner.script = (call) => {
    call.notify('notifications/message', { level: 'info', data: 'listing' })
    call.result(listed)
  }
  const streamed = await readAll(await mcp.post(listTools, caller))
  expect(streamed.at(-1)?.data).toMatchObject({ result: offeredToWrite })
  const resumed = await readAll(await mcp.get({ ...caller, headers: { 'last-event-id': streamed[0]?.id ?? '' } }))
  expect(resumed.at(-1)?.data).toMatchObject({ result: offeredToWrite })
})

test('tells the runner of a changed level before the next call', async () => {
  const caller = await open('full')
  await mcp.post(toolCall(1), { ...caller, token: mcp.token('alice', 'read') })
  expect(mcp.runner.asked).toEqual(['describe read', 'send tools/call', 'events'])
})
