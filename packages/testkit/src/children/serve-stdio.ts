import type { Readable, Writable } from 'node:stream'
import type { RequestId, ResourceTemplate } from '@modelcontextprotocol/sdk/types.js'
import { type ChildTool, readArguments } from './child-tool.ts'

/** All that a child serves. Resources are listed by their templates; reading one gives JSON. */
export interface ChildServer {
  readonly name: string
  readonly version: string
  readonly tools: readonly ChildTool[]
  readonly resourceTemplates?: readonly ResourceTemplate[]
  readonly readResource?: (uri: string) => Promise<unknown>
}

interface Connection {
  readonly server: ChildServer
  readonly write: (text: string) => void
  readonly send: (message: object) => void
  readonly cancellations: Map<RequestId, AbortController>
}

interface Request {
  readonly id: RequestId
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

/** What arrives on a line, believed to be a message after a look at its outermost shape: an answer has no method, a notification no id. */
type Incoming = Partial<Request>

class ProtocolError extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

const protocolVersions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05']
const logLevels = new Set(['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'])

/**
 * Speaks MCP over two streams, many calls at once, in the manner of forgejo-mcp. Resolves when `input` has ended or `stop` is
 * aborted; calls that had begun are answered still, while the process lives.
 *
 * @see MCP 2025-11-25, transports, stdio
 */
export async function serveStdio({
  server,
  input,
  output,
  stop,
}: {
  readonly server: ChildServer
  readonly input: Readable
  readonly output: Writable
  readonly stop: AbortSignal
}): Promise<void> {
  const write = (text: string): void => void output.write(text)
  const send = (message: object): void => write(`${JSON.stringify(message)}\n`)
  const connection: Connection = { server, write, send, cancellations: new Map() }
  const ended = Promise.withResolvers<void>()
  onLine(input, (line) => void answerLine(connection, line))
  input.once('end', ended.resolve)
  stop.addEventListener('abort', () => ended.resolve(), { once: true })
  await ended.promise
  input.destroy()
}

/** Splits at line feeds alone: `readline` would also split at U+2028, which JSON may contain. */
function onLine(input: Readable, listener: (line: string) => void): void {
  let rest = ''
  input.setEncoding('utf8')
  input.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') listener(line)
  })
}

async function answerLine(connection: Connection, line: string): Promise<void> {
  const message = parseIncoming(line)
  if (message === undefined) return connection.send({ jsonrpc: '2.0', id: null, error: { code: -32700, message: 'Parse error' } })
  const { id, method, params = {} } = message
  if (method === undefined) return
  if (id === undefined) return receiveNotification(connection, { method, params })
  try {
    connection.send({ jsonrpc: '2.0', id, result: await answerRequest(connection, { id, method, params }) })
  } catch (error) {
    const code = error instanceof ProtocolError ? error.code : -32603
    connection.send({ jsonrpc: '2.0', id, error: { code, message: error instanceof Error ? error.message : String(error) } })
  }
}

function parseIncoming(line: string): Incoming | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

function receiveNotification({ cancellations }: Connection, { method, params }: Omit<Request, 'id'>): void {
  if (method === 'notifications/cancelled') cancellations.get(params['requestId'] as RequestId)?.abort()
}

async function answerRequest(connection: Connection, { id, method, params }: Request): Promise<object> {
  const { server } = connection
  switch (method) {
    case 'initialize':
      return handshake(server, params['protocolVersion'])
    case 'ping':
      return {}
    case 'logging/setLevel':
      if (logLevels.has(String(params['level']))) return {}
      throw new ProtocolError(-32602, `invalid logging level '${String(params['level'])}'`)
    case 'tools/list':
      return { tools: server.tools.map((tool) => tool.listed) }
    case 'tools/call':
      return await callTool(connection, { id, params })
    case 'resources/list':
      return { resources: [] }
    case 'resources/templates/list':
      return { resourceTemplates: server.resourceTemplates ?? [] }
    case 'resources/read':
      return await readResource(server, String(params['uri']))
    default:
      throw new ProtocolError(-32601, `Method ${method} not found`)
  }
}

function handshake({ name, version }: ChildServer, asked: unknown): object {
  return {
    protocolVersion: protocolVersions.find((known) => known === asked) ?? protocolVersions[0],
    capabilities: { logging: {}, resources: {}, tools: { listChanged: true } },
    serverInfo: { name, version },
  }
}

async function callTool({ server, write, send, cancellations }: Connection, { id, params }: Omit<Request, 'method'>): Promise<object> {
  const tool = server.tools.find((tool) => tool.listed.name === params['name'])
  if (tool === undefined) throw new ProtocolError(-32602, `tool '${String(params['name'])}' not found: tool not found`)
  const cancellation = new AbortController()
  cancellations.set(id, cancellation)
  const meta = params['_meta'] as { readonly progressToken?: string | number } | undefined
  try {
    const context = { requestId: id, progressToken: meta?.progressToken, cancelled: cancellation.signal, send, write }
    return await tool.call(readArguments(params['arguments']), context)
  } finally {
    cancellations.delete(id)
  }
}

async function readResource(server: ChildServer, uri: string): Promise<object> {
  const value = await server.readResource?.(uri)
  if (value === undefined) throw new ProtocolError(-32002, `handler not found for resource URI '${uri}': resource not found`)
  return { contents: [{ uri, mimeType: 'application/json', text: JSON.stringify(value) }] }
}
