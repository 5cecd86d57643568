import type { CallToolResult, ProgressToken, RequestId, Tool } from '@modelcontextprotocol/sdk/types.js'

/** A tool of a child made for tests: what it is listed as, and what a call of it does. */
export interface ChildTool {
  readonly listed: Tool
  /** What it throws goes to the client as a JSON-RPC error with that message; it may also never resolve. */
  readonly call: (input: ToolArguments, context: CallContext) => Promise<CallToolResult>
}

/** What a tool may know of the call that it answers. */
export interface CallContext {
  readonly requestId: RequestId
  readonly progressToken: ProgressToken | undefined
  /** Aborted by the client's `notifications/cancelled`. The tools of forgejo-mcp take no notice of it. */
  readonly cancelled: AbortSignal
  /** Sends a message of its own to the client, true to the protocol or not. */
  readonly send: (message: object) => void
  /** Writes to the client as it is, without a line's end. */
  readonly write: (text: string) => void
}

/** A call's arguments, read as forgejo-mcp reads them: what is absent or of another type is empty. */
export interface ToolArguments {
  text(name: string): string
  number(name: string, otherwise?: number): number
  flag(name: string): boolean
}

type Property = Readonly<Record<string, unknown>>

/** Describes one tool: the schema as forgejo-mcp has it, the words our own. */
export function childTool({
  name,
  description,
  properties = {},
  required = [],
  call,
}: {
  readonly name: string
  readonly description: string
  readonly properties?: Readonly<Record<string, Property>>
  readonly required?: readonly string[]
  readonly call: ChildTool['call']
}): ChildTool {
  return {
    listed: {
      name,
      description,
      inputSchema: { type: 'object', properties: { ...properties }, required: [...required] },
      // forgejo-mcp states the defaults of the specification for every tool: whatever it is, it counts as destructive.
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
    },
    call,
  }
}

export function readArguments(input: unknown): ToolArguments {
  const values = new Map<string, unknown>(typeof input === 'object' && input !== null ? Object.entries(input) : [])
  return {
    text(name) {
      const value = values.get(name)
      return typeof value === 'string' ? value : ''
    },
    number(name, otherwise = 0) {
      const value = values.get(name)
      return typeof value === 'number' && value !== 0 ? value : otherwise
    },
    flag: (name) => values.get(name) === true,
  }
}

/** A result as forgejo-mcp wraps it: JSON text with the one key `Result`. */
export function textResult(value: unknown): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify({ Result: value }) }] }
}

export function textProperty(description: string, otherwise?: string): Property {
  return otherwise === undefined ? { type: 'string', description } : { type: 'string', description, default: otherwise }
}

export function numberProperty(description: string): Property {
  return { type: 'number', description }
}

export function flagProperty(description: string): Property {
  return { type: 'boolean', description }
}

/** `page` and `limit`, as every list has them. */
export function pageProperties(limit: number, bounds: Property = {}): Readonly<Record<string, Property>> {
  return {
    page: { type: 'number', description: 'Which page, counted from 1', default: 1, ...bounds },
    limit: { type: 'number', description: 'How many a page', default: limit, ...bounds },
  }
}

export const repositoryProperties = {
  owner: textProperty('Who owns the repository'),
  repo: textProperty('The name of the repository'),
} satisfies Readonly<Record<string, Property>>
