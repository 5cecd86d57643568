import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkStructure } from './json-structure.ts'

const roomy = { levels: 1_000, values: 1_000_000 }

test('counts the levels of objects and arrays alike, and not what lies beside', () => {
  const text = JSON.stringify({ a: [{ b: [1, 2, { c: 'text' }] }], d: { e: 1 }, f: null })
  expect(checkStructure(text, { ...roomy, levels: 5 }).ok).toBe(true)
  expect(checkStructure(text, { ...roomy, levels: 4 })).toEqual({ ok: false, error: { reason: 'too_deep' } })
})

test('counts every value, wherever it lies', () => {
  expect(checkStructure('[[1, 2], {"a": 3}]', { ...roomy, values: 6 })).toEqual({ ok: true, value: 6 })
  expect(checkStructure('[[1, 2], {"a": 3}]', { ...roomy, values: 5 })).toEqual({ ok: false, error: { reason: 'too_many_values' } })
})

test('finds depth at its beginning, whatever comes after', () => {
  expect(checkStructure('['.repeat(4_000_000), { levels: 64, values: 100_000 })).toEqual({ ok: false, error: { reason: 'too_deep' } })
})

test('finds neither more nor less than there is once it is parsed', () => {
  fc.assert(
    fc.property(
      fc.json({ maxDepth: 6, stringUnit: fc.constantFrom('"', '\\', '[', '{', '}', ']', ',', 'a', '\u2028') }),
      fc.nat(4).map((count) => ' '.repeat(count)),
      (json, indent) => {
        const value: unknown = JSON.parse(json)
        const text = JSON.stringify(value, undefined, indent)
        const levels = levelsOf(value)
        const values = countValues(value)
        expect(checkStructure(text, { levels, values })).toEqual({ ok: true, value: values })
        expect(checkStructure(text, { ...roomy, levels: levels - 1 })).toEqual(
          levels === 0 ? { ok: true, value: values } : { ok: false, error: { reason: 'too_deep' } },
        )
        expect(checkStructure(text, { ...roomy, values: values - 1 })).toEqual({ ok: false, error: { reason: 'too_many_values' } })
      },
    ),
    { seed: 5, numRuns: 1_000 },
  )
})

function levelsOf(value: unknown): number {
  return typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(levelsOf)) : 0
}

function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  const inner = Object.values(value)
  return inner.length === 0 ? 2 : inner.reduce((sum, member) => sum + countValues(member), 1)
}
