import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Environment } from '@fjmcp-broker/shared/env'
import { brokerVersion } from '@fjmcp-broker/shared/version'
import { readAbout } from '../about.ts'

const patienceMs = 2_000

/**
 * Says in one line what this is: version, revision, date and the version of forgejo-mcp, as far as they are known. Where the image's build
 * did not say which forgejo-mcp there is, the one that the settings name is asked.
 */
export async function describeVersion({
  aboutFile,
  environment,
  timeoutMs = patienceMs,
}: {
  readonly aboutFile: URL
  readonly environment: Environment
  readonly timeoutMs?: number
}): Promise<string> {
  const { revision, built, forgejoMcp } = readAbout(aboutFile)
  const parts = [
    ...(revision === undefined ? [] : [`revision ${shorten(revision)}`]),
    ...(built === undefined ? [] : [`built ${built}`]),
    `forgejo-mcp ${forgejoMcp ?? (await askForgejoMcp(environment, timeoutMs)) ?? 'not found'}`,
  ]
  return `fjmcp-broker ${brokerVersion} (${parts.join(', ')})`
}

/** A commit's hash in seven digits; what follows it stays. */
function shorten(revision: string): string {
  return revision.replace(/^([0-9a-f]{7})[0-9a-f]{33}/, '$1')
}

async function askForgejoMcp(environment: Environment, timeoutMs: number): Promise<string | undefined> {
  const program = environment['FJMCP_BROKER_FORGEJO_MCP'] || 'forgejo-mcp'
  const env = { PATH: environment['PATH'] }
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'], { env, timeout: timeoutMs, killSignal: 'SIGKILL' })
    return /^forgejo-mcp v?([\x21-\x7e]+)/.exec(stdout)?.[1]
  } catch {
    return undefined
  }
}
