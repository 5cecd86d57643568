import { parseArgs } from 'node:util'
import type { ChildTool } from './child-tool.ts'
import { createForgejoApi, type ForgejoAccess, type ForgejoApi } from './forgejo-api.ts'
import { readForgejoResource, resourceTemplates } from './resources.ts'
import { serveStdio } from './serve-stdio.ts'
import { createFileTools } from './tools/files.ts'
import { createIssueTools } from './tools/issues.ts'
import { createReleaseTools } from './tools/releases.ts'
import { createRepositoryTools } from './tools/repositories.ts'
import { createUserTools } from './tools/users.ts'

const version = '2.34.1-testkit'
const logBytesPerCall = 443

/**
 * Runs this process as forgejo-mcp would run: the same arguments, environment, protocol and exit codes, a part of its tools. It asks
 * Forgejo for its version first and gives up where that fails. Once its input ends, or on SIGTERM, it answers what it began and ends.
 *
 * @param createMore Makes tools that forgejo-mcp does not have.
 * @public Imported by the programs that `createChildProgram` writes.
 */
export async function runForgejoMcp(createMore: (forgejo: ForgejoApi) => readonly ChildTool[] = () => []): Promise<void> {
  const { values } = parseArgs({
    options: { transport: { type: 'string' }, url: { type: 'string' }, version: { type: 'boolean' } },
  })
  if (values.version === true) {
    process.stdout.write(`forgejo-mcp ${version}\n`)
    return
  }
  const url = values.url ?? process.env['FORGEJO_URL'] ?? ''
  if (!/^https?:\/\//.test(url)) fail('Missing or invalid configuration: url')
  const forgejo = await connect({
    url,
    token: process.env['FORGEJO_ACCESS_TOKEN'] ?? '',
    userAgent: process.env['FORGEJO_USER_AGENT'] ?? `forgejo-mcp/${version}`,
  })
  const stop = new AbortController()
  process.once('SIGTERM', () => stop.abort())
  log('INFO MCP server ready for stdio communication')
  await serveStdio({
    server: {
      name: 'Forgejo MCP Server',
      version,
      tools: [...createTools(forgejo), ...createMore(forgejo)].map(logged),
      resourceTemplates,
      readResource: (uri) => readForgejoResource(forgejo, uri),
    },
    input: process.stdin,
    output: process.stdout,
    stop: stop.signal,
  })
}

async function connect(access: ForgejoAccess): Promise<ForgejoApi> {
  const forgejo = createForgejoApi(access)
  try {
    await forgejo.get('/version')
  } catch (error) {
    fail(`Run Forgejo MCP Server Error: connection test failed: ${error instanceof Error ? error.message : String(error)}`)
  }
  return forgejo
}

function createTools(forgejo: ForgejoApi): readonly ChildTool[] {
  return [
    ...createUserTools(forgejo, version),
    ...createRepositoryTools(forgejo),
    ...createFileTools(forgejo),
    ...createIssueTools(forgejo),
    ...createReleaseTools(forgejo),
  ].toSorted((one, other) => (one.listed.name < other.listed.name ? -1 : 1))
}

/** As talkative on stderr as forgejo-mcp, so that a parent that does not read it is found out. */
function logged(tool: ChildTool): ChildTool {
  return {
    listed: tool.listed,
    async call(input, context) {
      log(`INFO Starting MCP tool execution {"tool": "${tool.listed.name}"}`.padEnd(logBytesPerCall, ' .'))
      return await tool.call(input, context)
    },
  }
}

function log(line: string): void {
  process.stderr.write(`${line}\n`)
}

function fail(reason: string): never {
  log(`FATAL ${reason}`)
  process.exit(1)
}
