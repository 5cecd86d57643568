import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { tools } from '@fjmcp-broker/shared/catalogue/tools'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { serveFetch, type ServedFetch } from '../serve-fetch.ts'
import { createChildProgram } from './child-program.ts'
import { startChild, type StartedChild } from './start-child.ts'

interface Seen {
  readonly call: string
  readonly authorization: string | null
  readonly userAgent: string | null
  readonly body: string
}

let folder: string
let program: string
let forgejo: ServedFetch
let seen: Seen[]
let answers: Map<string, () => Response | Promise<Response>>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'children-'))
  program = await createChildProgram({ kind: 'forgejo-mcp', folder })
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

beforeEach(async () => {
  seen = []
  answers = new Map([['GET /api/v1/version', () => Response.json({ version: '15.0.3' })]])
  forgejo = await serveFetch(async (request) => {
    const { pathname, search } = new URL(request.url)
    const call = `${request.method} ${pathname}${search}`
    const { headers } = request
    seen.push({ call, authorization: headers.get('authorization'), userAgent: headers.get('user-agent'), body: await request.text() })
    return await (answers.get(call) ?? (() => Response.json({ message: 'not here' }, { status: 404 })))()
  })
})

afterEach(async () => {
  await forgejo.close()
})

function environment(): Record<string, string> {
  return { FORGEJO_URL: forgejo.url, FORGEJO_ACCESS_TOKEN: 'opaque-token', FORGEJO_USER_AGENT: 'broker/1' }
}

describe('with the client of the SDK', () => {
  let client: Client

  beforeEach(async () => {
    client = new Client({ name: 'test', version: '1' })
    const args = ['--transport', 'stdio', '--url', forgejo.url]
    await client.connect(new StdioClientTransport({ command: program, args, env: environment(), stderr: 'ignore' }))
  })

  afterEach(async () => {
    await client.close()
  })

  test('introduces itself as forgejo-mcp does', () => {
    expect(client.getServerVersion()).toMatchObject({ name: 'Forgejo MCP Server' })
    expect(client.getServerCapabilities()).toEqual({ logging: {}, resources: {}, tools: { listChanged: true } })
  })

  test('asks for the version of Forgejo at its start, with token and name', () => {
    expect(seen).toEqual([{ call: 'GET /api/v1/version', authorization: 'token opaque-token', userAgent: 'broker/1', body: '' }])
  })

  test('lists tools of the catalogue, in order, each with a schema', async () => {
    const { tools: listed } = await client.listTools()
    const names = listed.map((tool) => tool.name)
    expect(names.length).toBeGreaterThanOrEqual(15)
    expect(names).toEqual([...names].sort())
    expect(names.filter((name) => !tools.some((tool) => tool.name === name))).toEqual([])
    expect(listed.find((tool) => tool.name === 'create_issue')?.inputSchema.required).toEqual(['owner', 'repo', 'title'])
  })

  test('brings what Forgejo answers as a result', async () => {
    answers.set('GET /api/v1/user', () => Response.json({ login: 'alice' }))
    expect(await client.callTool({ name: 'get_my_user_info' })).toEqual({
      content: [{ type: 'text', text: '{"Result":{"login":"alice"}}' }],
    })
  })

  test('sends what a tool is given', async () => {
    answers.set('POST /api/v1/repos/alice/a%20demo/issues', () => Response.json({ number: 7 }, { status: 201 }))
    await client.callTool({ name: 'create_issue', arguments: { owner: 'alice', repo: 'a demo', title: 'Hello', body: 'there' } })
    expect(seen.at(-1)).toMatchObject({ body: '{"title":"Hello","body":"there"}', authorization: 'token opaque-token' })
  })

  test('reads a range of lines of a file', async () => {
    answers.set('GET /api/v1/repos/alice/demo/raw/docs/a.txt?ref=main', () => new Response('one\ntwo\nthree'))
    const input = { owner: 'alice', repo: 'demo', ref: 'main', filePath: 'docs/a.txt', start_line: 2, end_line: 3 }
    expect(resultOf(await client.callTool({ name: 'get_file_content', arguments: input }))).toBe('two\nthree')
  })

  test('uploads the bytes it is given and never a file of this machine', async () => {
    answers.set('POST /api/v1/repos/alice/demo/issues/1/assets', () => Response.json({ id: 1 }, { status: 201 }))
    const input = { owner: 'alice', repo: 'demo', index: 1, filename: 'a.txt' }
    await client.callTool({ name: 'create_issue_attachment', arguments: { ...input, content: btoa('the content') } })
    expect(seen.at(-1)?.body).toMatch(/name="attachment"; filename="a\.txt"[^]*the content/)
    const refused = client.callTool({ name: 'create_issue_attachment', arguments: { ...input, file_path: '/etc/passwd' } })
    await expect(refused).rejects.toThrow('file_path uploads are disabled')
  })

  test('follows the address of a download with its token', async () => {
    const url = `${forgejo.url}/attachments/1`
    answers.set('GET /api/v1/repos/alice/demo/releases/3/assets/4', () => Response.json({ size: 5, browser_download_url: url }))
    answers.set('GET /attachments/1', () => new Response('bytes'))
    const input = { owner: 'alice', repo: 'demo', release_id: 3, attachment_id: 4 }
    const result = await client.callTool({ name: 'download_release_attachment', arguments: input })
    expect(result.content).toContainEqual(expect.objectContaining({ resource: expect.objectContaining({ uri: url, blob: btoa('bytes') }) }))
    expect(seen.at(-1)).toMatchObject({ call: 'GET /attachments/1', authorization: 'token opaque-token' })
  })

  test('fails with the error code of forgejo-mcp and the words of Forgejo', async () => {
    answers.set('GET /api/v1/user', () => Response.json({ message: 'user does not exist' }, { status: 401 }))
    await expect(client.callTool({ name: 'get_my_user_info' })).rejects.toMatchObject({ code: -32603, message: /user does not exist/ })
  })

  test('says that it has no such tool and no such resource', async () => {
    await expect(client.callTool({ name: 'no_such_tool' })).rejects.toMatchObject({ code: -32602 })
    await expect(client.readResource({ uri: 'forgejo://nothing' })).rejects.toMatchObject({ code: -32002 })
  })

  test('reads a resource', async () => {
    answers.set('GET /api/v1/repos/alice/demo/issues/2', () => Response.json({ number: 2 }))
    const uri = 'forgejo://repo/alice/demo/issue/2'
    expect((await client.listResourceTemplates()).resourceTemplates).toHaveLength(2)
    expect((await client.readResource({ uri })).contents).toEqual([{ uri, mimeType: 'application/json', text: '{"number":2}' }])
  })

  test('answers a later call while an earlier one waits', async () => {
    const held = Promise.withResolvers<Response>()
    answers.set('GET /api/v1/user', () => held.promise)
    const first = client.callTool({ name: 'get_my_user_info' })
    expect(resultOf(await client.callTool({ name: 'get_forgejo_mcp_server_version' }))).toContain('Forgejo MCP Server version')
    held.resolve(Response.json({ login: 'late' }))
    expect(resultOf(await first)).toEqual({ login: 'late' })
  })
})

describe('as a process', () => {
  async function start(): Promise<StartedChild> {
    return await startChild({ program, programArguments: ['--transport', 'stdio'], environment: environment() })
  }

  test('prints its version without asking anybody', async () => {
    const child = await startChild({ program, programArguments: ['--version'] })
    expect(await child.nextLine()).toMatch(/^forgejo-mcp \d+\.\d+\.\d+/)
    expect(await child.exited).toEqual({ code: 0, signal: null })
    expect(seen).toEqual([])
  })

  test('gives up, with a reason, when Forgejo refuses the token', async () => {
    answers.set('GET /api/v1/version', () => Response.json({ message: 'bad token' }, { status: 401 }))
    const child = await start()
    expect(await child.exited).toEqual({ code: 1, signal: null })
    expect(child.stderr()).toContain('connection test failed: bad token')
  })

  test('gives up, with a reason, when it is told no address', async () => {
    const child = await startChild({ program })
    expect(await child.exited).toEqual({ code: 1, signal: null })
    expect(child.stderr()).toContain('url')
  })

  test.each(['the end of its input', 'SIGTERM'])('answers what it began before it ends at %s', async (way) => {
    const begun = Promise.withResolvers<void>()
    const held = Promise.withResolvers<Response>()
    answers.set('GET /api/v1/user', () => {
      begun.resolve()
      return held.promise
    })
    const child = await start()
    child.call(1, 'get_my_user_info')
    await begun.promise
    if (way === 'SIGTERM') child.kill('SIGTERM')
    else child.endInput()
    held.resolve(Response.json({ login: 'alice' }))
    expect(await child.nextMessage()).toMatchObject({ id: 1, result: {} })
    expect(await child.exited).toEqual({ code: 0, signal: null })
  })

  test('answers a cancelled call all the same', async () => {
    const begun = Promise.withResolvers<void>()
    const held = Promise.withResolvers<Response>()
    answers.set('GET /api/v1/user', () => {
      begun.resolve()
      return held.promise
    })
    const child = await start()
    child.call(1, 'get_my_user_info')
    await begun.promise
    child.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } })
    held.resolve(Response.json({ login: 'alice' }))
    expect(await child.nextMessage()).toMatchObject({ id: 1, result: {} })
    child.endInput()
    await child.exited
  })

  test('takes an older protocol version, and offers its newest for one it does not know', async () => {
    const child = await start()
    for (const [asked, given] of [
      ['2025-03-26', '2025-03-26'],
      ['2031-01-01', '2025-11-25'],
    ]) {
      child.send({ jsonrpc: '2.0', id: 'i', method: 'initialize', params: { protocolVersion: asked } })
      expect(await child.nextMessage()).toMatchObject({ id: 'i', result: { protocolVersion: given } })
    }
    child.endInput()
    await child.exited
  })

  test('answers a line that is no JSON with a null id', async () => {
    const child = await start()
    child.send('not json')
    expect(await child.nextMessage()).toEqual({ jsonrpc: '2.0', id: null, error: { code: -32700, message: 'Parse error' } })
    child.endInput()
    await child.exited
  })

  test('writes to stderr at every call', async () => {
    const child = await start()
    child.call(1, 'get_forgejo_mcp_server_version')
    await child.nextLine()
    child.endInput()
    await child.exited
    const line = child
      .stderr()
      .split('\n')
      .find((line) => line.includes('get_forgejo_mcp_server_version'))
    expect(line).toHaveLength(443)
  })
})

function resultOf(result: unknown): unknown {
  const [content] = (result as CallToolResult).content
  if (content?.type !== 'text') throw new Error('the result holds no text')
  return (JSON.parse(content.text) as { readonly Result: unknown }).Result
}
