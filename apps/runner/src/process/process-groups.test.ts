import type { ProcessIdentity } from '@fjmcp-broker/shared/process/process-identity'
import { silentLog } from '@fjmcp-broker/shared/log'
import { expect, it } from 'vitest'
import { createProcessGroups, type ProcessGroupListener } from './process-groups.ts'

it('tells a listener first what lives and then what changes, and the one before it no more', () => {
  const groups = createProcessGroups({ record: { read: () => [], write: () => undefined }, log: silentLog })
  groups.started(2_000_001)
  groups.started(2_000_002)
  groups.ended(2_000_001)
  const [first, second] = [createListener(), createListener()]
  groups.tell(first)
  groups.started(2_000_003)
  groups.tell(second)
  groups.ended(2_000_002)
  groups.ended(2_000_002)
  expect(first.heard).toEqual(['+2000002', '+2000003'])
  expect(second.heard).toEqual(['+2000002', '+2000003', '-2000002'])
})

it('keeps on record what lives', () => {
  let onRecord: readonly ProcessIdentity[] = []
  const groups = createProcessGroups({ record: { read: () => [], write: (leaders) => (onRecord = leaders) }, log: silentLog })
  groups.started(process.pid)
  groups.started(2_000_001)
  groups.ended(2_000_001)
  expect(onRecord).toEqual([{ pid: process.pid, startTime: expect.stringMatching(/^[\w-]+:\d+$/) }])
})

function createListener(): ProcessGroupListener & { readonly heard: string[] } {
  const heard: string[] = []
  return { heard, started: ({ pid }) => heard.push(`+${pid}`), ended: (pid) => heard.push(`-${pid}`) }
}
