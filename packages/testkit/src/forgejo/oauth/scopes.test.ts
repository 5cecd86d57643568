import { expect, test } from 'vitest'
import { hasScope, neededScope, parseTokenScopes } from './scopes.ts'

test('a token may do what its scopes say', () => {
  const scopes = parseTokenScopes('read:user write:issue')
  expect(hasScope(scopes, 'read:user')).toBe(true)
  expect(hasScope(scopes, 'write:user')).toBe(false)
  expect(hasScope(scopes, 'read:issue')).toBe(true)
  expect(hasScope(scopes, 'read:repository')).toBe(false)
})

test.each(['', 'openid profile', 'read:nonsense', 'all', 'read:user all'])('the scopes "%s" give everything', (text) => {
  expect(hasScope(parseTokenScopes(text), 'write:admin')).toBe(true)
})

test('an unknown name is dropped where a known one remains', () => {
  expect(parseTokenScopes('read:user read:nonsense')).toEqual(new Set(['read:user']))
})

test('GET and HEAD ask for reading, all else for writing', () => {
  expect(neededScope('GET', 'issue')).toBe('read:issue')
  expect(neededScope('PATCH', 'issue')).toBe('write:issue')
})
