import { expect, test } from 'vitest'
import { formatScope, isScopeWithin, parseScope } from './scope.ts'

test.each([
  [undefined, 'read'],
  ['', 'read'],
  ['openid offline_access', 'read'],
  ['write', 'write'],
  ['full read write', 'full'],
  ['READ fullish', 'read'],
] as const)('reads %j as %s', (scope, level) => {
  expect(parseScope(scope)).toBe(level)
})

test('lists a level with all that it includes', () => {
  expect(formatScope('write')).toBe('read write')
})

test('lets a refresh ask for as much as was granted and no more', () => {
  expect(isScopeWithin(undefined, 'read')).toBe(true)
  expect(isScopeWithin('read write', 'write')).toBe(true)
  expect(isScopeWithin('full', 'write')).toBe(false)
})
