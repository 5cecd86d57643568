import { expect, test } from 'vitest'
import { compareScopes } from './compare-scopes.ts'

const asked = ['read:user', 'write:issue']

test.each([
  ['the same ones', 'write:issue read:user', [], []],
  ['a name that Forgejo does not know', 'read:user write:issue openid repo', [], []],
  ['reading, beside writing', 'read:user write:issue read:issue', [], []],
  ['all', 'all', ['all'], []],
  ['all, and others', 'read:user all', ['all'], []],
  ['none, which Forgejo takes for all', '', ['all'], []],
  ['only such that Forgejo does not know, which it takes for all', 'openid profile', ['all'], []],
  ['one that was not asked', 'read:user write:issue read:admin', ['read:admin'], []],
  ['writing where reading was asked', 'write:user write:issue', ['write:user'], []],
  ['reading where writing was asked', 'read:user read:issue', [], ['write:issue']],
  ['one too few', 'read:user', [], ['write:issue']],
  ['others altogether', 'write:package', ['write:package'], ['read:user', 'write:issue']],
  ['what is public only', 'read:user write:issue public-only', [], ['what is not public (public-only)']],
] as const)('a grant for %s', (...[, granted, extra, missing]) => {
  const names = granted.split(' ').filter((name) => name !== '')
  expect(compareScopes(names, asked)).toEqual({ extra, missing })
})
