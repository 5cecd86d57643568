import { expect, test } from 'vitest'
import { createFairShare } from './fair-share.ts'

test('one owner has a quarter, and has it again once it was given back', () => {
  const share = createFairShare(400)
  share.add('alice', 60)
  expect([share.check('alice', 41), share.check('alice', 40), share.check('bob', 75)]).toEqual(['own', undefined, undefined])
  share.add('alice', -60)
  expect([share.check('alice', 100), share.taken(), share.owners()]).toEqual([undefined, 0, 0])
})

test('an owner has a quarter of what the others leave, so that no few of them leave nothing', () => {
  const share = createFairShare(400)
  for (const [owner, quarter] of [
    ['alice', 100],
    ['bob', 75],
    ['carol', 56],
  ] as const) {
    expect(share.check(owner, quarter + 1)).toBe(owner === 'alice' ? 'own' : 'all')
    expect(share.check(owner, quarter)).toBeUndefined()
    share.add(owner, quarter)
  }
  expect([share.taken(), share.owners()]).toEqual([231, 3])
})
