import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { brokerVersion } from '@fjmcp-broker/shared/version'
import { expect, onTestFinished, test } from 'vitest'
import { describeVersion } from './version.ts'

const revision = '49efdf5aa0ebe62b26c43e1734944a7ac18cc0aa'

test('tells what the image’s build wrote, the commit in seven digits, and starts no program', async () => {
  const image = createFolder()
  const about = { revision, built: '2026-11-23T10:00:00Z', forgejoMcp: '2.34.1' }
  expect(await image.describe(about, { FJMCP_BROKER_FORGEJO_MCP: image.program('exit 1') })).toBe(
    `fjmcp-broker ${brokerVersion} (revision 49efdf5, built 2026-11-23T10:00:00Z, forgejo-mcp 2.34.1)`,
  )
})

test('shows nothing of a version that could move the terminal’s cursor', async () => {
  const folder = createFolder()
  const program = folder.program("printf 'forgejo-mcp v2.33.0\\033[2J\\n'")
  expect(await folder.describe(undefined, { FJMCP_BROKER_FORGEJO_MCP: program })).toBe(`fjmcp-broker ${brokerVersion} (forgejo-mcp 2.33.0)`)
})

test('says that more than the commit was built', async () => {
  const about = { revision: `${revision}-changed`, built: '', forgejoMcp: '2.34.1' }
  expect(await createFolder().describe(about)).toBe(`fjmcp-broker ${brokerVersion} (revision 49efdf5-changed, forgejo-mcp 2.34.1)`)
})

test('asks the forgejo-mcp of the settings where the build did not say which there is', async () => {
  const folder = createFolder()
  const program = folder.program('echo "forgejo-mcp v2.33.0" "$@"')
  expect(await folder.describe(undefined, { FJMCP_BROKER_FORGEJO_MCP: program })).toBe(`fjmcp-broker ${brokerVersion} (forgejo-mcp 2.33.0)`)
  expect(await folder.describe({ revision: '', built: '', forgejoMcp: '' }, { FJMCP_BROKER_FORGEJO_MCP: program })).toBe(
    `fjmcp-broker ${brokerVersion} (forgejo-mcp 2.33.0)`,
  )
})

test.each([
  ['is not there', undefined],
  ['fails', 'exit 1'],
  ['says something else', 'echo hello'],
])('says so when forgejo-mcp %s', async (_, script) => {
  const folder = createFolder()
  const program = script === undefined ? join(folder.path, 'absent') : folder.program(script)
  expect(await folder.describe(undefined, { FJMCP_BROKER_FORGEJO_MCP: program })).toBe(
    `fjmcp-broker ${brokerVersion} (forgejo-mcp not found)`,
  )
})

test('does not wait for a forgejo-mcp that never ends', async () => {
  const folder = createFolder()
  const environment = { FJMCP_BROKER_FORGEJO_MCP: folder.program('exec sleep 1000') }
  expect(await describeVersion({ aboutFile: folder.aboutFile, environment, timeoutMs: 50 })).toContain('forgejo-mcp not found')
})

test('hands the environment to no program', async () => {
  const folder = createFolder()
  const program = folder.program('echo "forgejo-mcp ${FORGEJO_OAUTH_CLIENT_SECRET:-kept}"')
  const environment = { FJMCP_BROKER_FORGEJO_MCP: program, FORGEJO_OAUTH_CLIENT_SECRET: 'leaked' }
  expect(await folder.describe(undefined, environment)).toContain('forgejo-mcp kept')
})

function createFolder() {
  const path = mkdtempSync(join(tmpdir(), 'fjmcp-version-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  const aboutFile = pathToFileURL(join(path, 'about.json'))
  return {
    path,
    aboutFile,
    program(script: string): string {
      const file = join(path, 'forgejo-mcp')
      writeFileSync(file, `#!/bin/sh\n${script}\n`)
      chmodSync(file, 0o755)
      return file
    },
    describe(about: object | undefined, environment: Readonly<Record<string, string>> = {}): Promise<string> {
      if (about !== undefined) writeFileSync(aboutFile, JSON.stringify(about))
      return describeVersion({ aboutFile, environment, timeoutMs: 20_000 })
    },
  }
}
