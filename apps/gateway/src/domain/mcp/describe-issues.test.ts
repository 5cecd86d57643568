import { expect, test } from 'vitest'
import { z } from 'zod'
import { describeIssues } from './describe-issues.ts'

const schema = z.record(z.string(), z.string({ error: 'has to be a string' }))

function describe(value: unknown): string {
  return describeIssues(schema.safeParse(value).error ?? { issues: [] })
}

test('names what is wrong by its place', () => {
  expect(describe({ a: 1, b: 'right', c: 2 })).toBe('params.a: has to be a string; params.c: has to be a string')
})

test('tells of three things and how many more there are', () => {
  expect(describe({ a: 1, b: 1, c: 1, d: 1, e: 1 })).toMatch(/^params\.a: .+; params\.b: .+; params\.c: [^;]+; and 2 more$/)
})

test('cuts a long name', () => {
  expect(describe({ ['x'.repeat(5_000)]: 1 })).toBe(`params.${'x'.repeat(73)}…: has to be a string`)
})
