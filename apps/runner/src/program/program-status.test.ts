import { ok } from '@fjmcp-broker/shared/result'
import { silentLog } from '@fjmcp-broker/shared/log'
import { expect, it } from 'vitest'
import type { ProgramIdentity } from './identify-program.ts'
import { createProgramStatus, type ProgramStatus } from './program-status.ts'

it.each([
  [
    { name: 'Forgejo MCP Server', version: '2.34.1' },
    { name: 'Forgejo MCP Server', version: '2.34.1' },
  ],
  [
    { name: 'x\x1b]0;title\x07', version: '1\n  child  ok' },
    { name: 'x?]0;title?', version: '1?  child  ok' },
  ],
  [
    { name: ' \u202e ', version: ' ' },
    { name: '?', version: null },
  ],
  [
    { name: 'n'.repeat(101), version: 'é' },
    { name: 'n'.repeat(100), version: '?' },
  ],
])('shows of what a child says of itself only what a terminal takes as text: %j', async (serverInfo, shown) => {
  const status = create({ name: null, version: null })
  status.works({ protocolVersion: '2025-11-25', capabilities: {}, serverInfo })
  expect(await status.read()).toEqual({ state: 'ok', ...shown })
})

it('takes a program that has told its version for one that works, until a start of it fails', async () => {
  const status = create({ name: 'forgejo-mcp', version: '2.34.1' })
  status.look()
  expect(await status.read()).toEqual({ state: 'ok', name: 'forgejo-mcp', version: '2.34.1' })
  status.fails('It ended.')
  expect(await status.read()).toEqual({ state: 'error', detail: 'It ended.' })
})

it('does not take a program for one that works because it can be started', async () => {
  const status = create({ name: null, version: null })
  status.look()
  expect(await status.read()).toEqual({ state: 'unknown' })
  status.fails('It ended.')
  expect(await status.read()).toEqual({ state: 'error', detail: 'It ended.' })
})

function create(told: ProgramIdentity): ProgramStatus {
  const identification = { outcome: Promise.resolve(ok(told)), stop: () => undefined }
  return createProgramStatus({ identify: () => identification, log: silentLog })
}
