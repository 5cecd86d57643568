import { type ChildTool, readArguments } from '../children/child-tool.ts'
import { cannedVersion, createCannedTools } from './canned-tools.ts'
import type { MockAnswer, MockCall } from './mock-call.ts'

/** What the mock's children say of themselves. */
export const cannedHandshake = {
  protocolVersion: '2025-11-25',
  capabilities: { logging: {}, resources: {}, tools: { listChanged: true } },
  serverInfo: { name: 'Forgejo MCP Server', version: cannedVersion },
}

/** Answers as a child would that has a few tools, no resources and no Forgejo. */
export async function answerCanned(call: MockCall): Promise<MockAnswer> {
  const { method, params = {} } = call.message
  const tools = createCannedTools(call.session.userId)
  switch (method) {
    case 'tools/list':
      return { result: { tools: tools.map((tool) => tool.listed) } }
    case 'tools/call':
      return await callTool(call, tools)
    case 'resources/list':
      return { result: { resources: [] } }
    case 'resources/templates/list':
      return { result: { resourceTemplates: [] } }
    case 'resources/read':
      return { error: { code: -32002, message: `handler not found for resource URI '${String(params['uri'])}': resource not found` } }
    case 'logging/setLevel':
      return { result: {} }
    default:
      return { error: { code: -32601, message: `Method ${method} not found` } }
  }
}

async function callTool({ message, cancelled }: MockCall, tools: readonly ChildTool[]): Promise<MockAnswer> {
  const { name, arguments: input, _meta: meta } = message.params ?? {}
  const tool = tools.find((tool) => tool.listed.name === name)
  if (tool === undefined) return { error: { code: -32602, message: `tool '${String(name)}' not found: tool not found` } }
  const context = { requestId: message.id, progressToken: meta?.progressToken, cancelled, send: ignore, write: ignore }
  return { result: await tool.call(readArguments(input), context) }
}

function ignore(): void {}
