import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { CallToolResultSchema, McpError } from '@modelcontextprotocol/sdk/types.js'
import type { McpClient } from '../mcp-client.ts'
import { type FakeUser, signInAs } from '../sign-in-as.ts'
import { signInByHand } from './sign-in-by-hand.ts'

export const demoUsers: { readonly alice: FakeUser; readonly bob: FakeUser } = {
  alice: { login: 'alice', password: 'alice-password' },
  bob: { login: 'bob', password: 'bob-password' },
}

export type Print = (line: string) => void

/** Shows the main job with the make-believe Forgejo: two people, each of whom works as themselves. Throws at the first thing that goes wrong. */
export async function showTwoUsers({ mcpUrl, print }: { readonly mcpUrl: string; readonly print: Print }): Promise<void> {
  print('Signing an MCP client in as alice: registration, consent (full access), Forgejo login, code, tokens …')
  const alice = await signInAs(demoUsers.alice, { mcpUrl, level: 'full' })
  print(`   signed in; the tokens allow: ${alice.tokens()?.scope ?? ''}`)
  await listTools(alice, print)
  print('Calling three tools as alice …')
  await call(alice, { name: 'get_my_user_info', arguments: {}, print })
  const issue = { owner: 'alice', repo: 'notes', title: 'Written from an MCP client', body: 'By way of the broker.' }
  await call(alice, { name: 'create_issue', arguments: issue, print })
  const file = { owner: 'alice', repo: 'notes', ref: 'main', filePath: 'README.md' }
  await call(alice, { name: 'get_file_content', arguments: file, print })

  print('Signing another one in as bob, who allows reading only …')
  const bob = await signInAs(demoUsers.bob, { mcpUrl, level: 'read' })
  print(`   signed in; the tokens allow: ${bob.tokens()?.scope ?? ''}`)
  await listTools(bob, print)
  print('Calling a tool as bob …')
  await call(bob, { name: 'get_my_user_info', arguments: {}, print })
  print('Trying what bob may not do: alice’s private file, which Forgejo hides, and a write, which he did not allow …')
  await expectRefusal(bob, { name: 'get_file_content', arguments: file, print, explain: explainForgejoError })
  await expectRefusal(bob, { name: 'create_issue', arguments: issue, print, explain: explainInsufficientScope })
  await Promise.all([end(alice), end(bob)])
}

/**
 * The same with a real Forgejo, as the one person who signs in by hand; nothing is changed there.
 *
 * @param signal Ends the wait for that person.
 */
export async function showOneUser({
  mcpUrl,
  print,
  signal,
}: {
  readonly mcpUrl: string
  readonly print: Print
  readonly signal: AbortSignal
}): Promise<void> {
  print('Signing an MCP client in …')
  const client = await signInByHand({ mcpUrl, print, signal })
  print(`   signed in; the tokens allow: ${client.tokens()?.scope ?? ''}`)
  await listTools(client, print)
  print('Calling three tools that change nothing …')
  await call(client, { name: 'get_my_user_info', arguments: {}, print })
  await call(client, { name: 'list_my_repos', arguments: {}, print })
  await call(client, { name: 'search_repos', arguments: { keyword: 'a' }, print })
  await end(client)
}

interface ToolCall {
  readonly name: string
  readonly arguments: Readonly<Record<string, unknown>>
  readonly print: Print
}

async function listTools({ client }: McpClient, print: Print): Promise<void> {
  const { tools } = await client.listTools()
  const { name, version } = client.getServerVersion() ?? { name: 'unknown', version: '' }
  print(
    `   ${name} ${version} offers ${tools.length} tools: ${tools
      .slice(0, 6)
      .map((tool) => tool.name)
      .join(', ')} …`,
  )
}

async function call({ client }: McpClient, { name, arguments: given, print }: ToolCall): Promise<void> {
  const result = CallToolResultSchema.parse(await client.callTool({ name, arguments: { ...given } }))
  const text = result.content.map((item) => (item.type === 'text' ? item.text : `(${item.type})`)).join(' ')
  print(`   ${name}(${JSON.stringify(given)})\n      → ${shorten(text)}`)
}

interface RefusedCall extends ToolCall {
  /** What the error means; undefined when it is not the refusal that was expected. */
  readonly explain: (error: Error) => string | undefined
}

async function expectRefusal({ client }: McpClient, { name, arguments: given, print, explain }: RefusedCall): Promise<void> {
  const error = await client.callTool({ name, arguments: { ...given } }).then(
    () => undefined,
    (failure: unknown) => (failure instanceof Error ? failure : new Error(String(failure))),
  )
  if (error === undefined) throw new Error(`${name} should have been refused, and was not.`)
  const meaning = explain(error)
  if (meaning === undefined) throw new Error(`${name} failed otherwise than by the refusal expected: ${error.message}`)
  print(`   ${name}(${JSON.stringify(given)})\n      → ${shorten(meaning)}`)
}

/** Forgejo's own refusal, which the tool passes on as its error. */
function explainForgejoError(error: Error): string | undefined {
  return error instanceof McpError ? `refused by Forgejo: ${error.message}` : undefined
}

/** The broker's refusal. The SDK's error tells of the status and of its own attempt to get more access, not of the reason. */
function explainInsufficientScope(error: Error): string | undefined {
  if (!(error instanceof StreamableHTTPError) || error.code !== 403) return undefined
  return 'refused by the broker (HTTP 403 insufficient_scope): bob allowed reading only'
}

async function end({ client, transport }: McpClient): Promise<void> {
  await transport.terminateSession()
  await client.close()
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > 160 ? `${line.slice(0, 159)}…` : line
}
