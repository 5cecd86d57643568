import { expect, test } from 'vitest'
import { cleanClientName } from './client-name.ts'

test.each([
  ['Claude Code', 'Claude Code'],
  ['  two\nlines\tand  more ', 'two lines and more'],
  ['right\u202Eto left', 'rightto left'],
  ['zero\u200Bwidth\u2066', 'zerowidth'],
  ['bell\u0007 and null\u0000', 'bell and null'],
  ['<b>kept</b>', '<b>kept</b>'],
  ['\uD800lone', 'lone'],
])('cleans %j', (name, cleaned) => {
  expect(cleanClientName(name)).toBe(cleaned)
})

test('cuts a long name between characters, not inside them', () => {
  expect(cleanClientName('🦊'.repeat(200))).toBe('🦊'.repeat(80))
})

test.each(['', '   ', '\u202E\u200B'])('finds nothing to show in %j', (name) => {
  expect(cleanClientName(name)).toBeUndefined()
})
