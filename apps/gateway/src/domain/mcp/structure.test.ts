import { expect, test } from 'vitest'
import { checkStructure } from './structure.ts'

test('counts the levels of objects and arrays alike, and not what lies beside', () => {
  const value = { a: [{ b: [1, 2, { c: 'text' }] }], d: {}, e: null }
  expect(checkStructure(value, { levels: 5, values: 100 })).toBeUndefined()
  expect(checkStructure(value, { levels: 4, values: 100 })).toEqual({ reason: 'too_deep' })
})

test('holds out against any depth', () => {
  const value: unknown = JSON.parse('['.repeat(200_000) + ']'.repeat(200_000))
  expect(checkStructure(value, { levels: 64, values: 1_000_000 })).toEqual({ reason: 'too_deep' })
})

test('counts every value, wherever it lies', () => {
  expect(checkStructure([[1, 2], { a: 3 }], { levels: 9, values: 6 })).toBeUndefined()
  expect(checkStructure([[1, 2], { a: 3 }], { levels: 9, values: 5 })).toEqual({ reason: 'too_many_values' })
})
