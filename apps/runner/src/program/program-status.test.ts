import { ok } from '@fjmcp-broker/shared/result'
import { silentLog } from '@fjmcp-broker/shared/log'
import { expect, it } from 'vitest'
import { createProgramStatus } from './program-status.ts'

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
  const identification = { outcome: Promise.resolve(ok({ name: null, version: null })), stop: () => undefined }
  const status = createProgramStatus({ identify: () => identification, log: silentLog })
  status.works({ protocolVersion: '2025-11-25', capabilities: {}, serverInfo })
  expect(await status.read()).toEqual({ state: 'ok', ...shown })
})
