import { expect, test } from 'vitest'
import { readProfile } from './read-profile.ts'

const profile = JSON.stringify({
  nodes: [
    node(1, '(idle)', ''),
    node(2, 'answer', 'file:///checkout/apps/gateway/src/routes/mcp/post.ts'),
    node(3, 'write', 'node:internal/streams/writable'),
    node(4, 'dispatch', 'file:///checkout/node_modules/undici/lib/pool.js'),
    node(5, '(garbage collector)', ''),
  ],
  samples: [1, 2, 3, 2, 4, 5],
  timeDeltas: [5_000_000, 3_000_000, 4_000_000, 1_000_000, 1_000_000, 1_000_000],
})

test('time in which nothing was done is not counted', () => {
  expect(readProfile(profile).busySeconds).toBe(10)
})

test('functions are ranked by what they took themselves, wherever they were called from', () => {
  expect(readProfile(profile).byFunction.slice(0, 2)).toEqual([
    { place: 'answer apps/gateway/src/routes/mcp/post.ts:8', share: 0.4 },
    { place: 'write node:internal/streams/writable:8', share: 0.4 },
  ])
})

test('areas are folders of ours, packages, and parts of Node', () => {
  expect(readProfile(profile).byArea.map(({ place }) => place)).toEqual([
    'apps/gateway/src/routes',
    'node:streams',
    'undici',
    '(garbage collector)',
  ])
})

test('a process is known by the code that ran in it', () => {
  expect(readProfile(profile).ran('apps/gateway')).toBe(true)
  expect(readProfile(profile).ran('apps/runner')).toBe(false)
})

function node(id: number, functionName: string, url: string) {
  return { id, callFrame: { functionName, url, lineNumber: 7 } }
}
