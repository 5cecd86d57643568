import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import type { McpClient } from '../mcp-client.ts'
import type { Targets } from './hostile/targets.ts'

const processSchema = z.object({
  pid: z.number(),
  uid: z.number(),
  gid: z.number(),
  groups: z.array(z.number()),
  umask: z.number(),
  folder: z.string(),
  capabilities: z.string(),
  files: z.array(z.string()),
})
const attemptsSchema = z.array(z.object({ attempt: z.string(), outcome: z.string() }))
const leftoversSchema = z.object({ pids: z.array(z.number()), files: z.array(z.string()) })

/** Who the hostile child of this client's session is. */
export function describeChild(client: McpClient): Promise<z.output<typeof processSchema>> {
  return callTool(client, processSchema, { name: 'describe_process', input: {} })
}

/** Has it try all that it should not be able to do. */
export function tryEverything(client: McpClient, targets: Targets): Promise<z.output<typeof attemptsSchema>> {
  return callTool(client, attemptsSchema, { name: 'try_everything', input: { targets: JSON.stringify(targets) } })
}

/** Has it leave processes behind, and files wherever it can below these folders. */
export function leaveBehind(client: McpClient, roots: readonly string[]): Promise<z.output<typeof leftoversSchema>> {
  return callTool(client, leftoversSchema, { name: 'leave_behind', input: { roots: JSON.stringify(roots) } })
}

async function callTool<Answer>(
  { client }: McpClient,
  schema: z.ZodType<Answer>,
  { name, input }: { readonly name: string; readonly input: Record<string, unknown> },
): Promise<Answer> {
  const result = CallToolResultSchema.parse(await client.callTool({ name, arguments: input }))
  const [content] = result.content
  if (content?.type !== 'text') throw new Error(`${name} answered no text`)
  return z.object({ Result: schema }).parse(JSON.parse(content.text)).Result
}
