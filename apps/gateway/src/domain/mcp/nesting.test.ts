import { expect, test } from 'vitest'
import { isNestedDeeper } from './nesting.ts'

test('counts objects and arrays alike, and not what lies beside', () => {
  const value = { a: [{ b: [1, 2, { c: 'text' }] }], d: {}, e: null }
  expect(isNestedDeeper(value, 5)).toBe(false)
  expect(isNestedDeeper(value, 4)).toBe(true)
})

test('holds out against any depth', () => {
  expect(isNestedDeeper(JSON.parse('['.repeat(200_000) + ']'.repeat(200_000)), 64)).toBe(true)
})
