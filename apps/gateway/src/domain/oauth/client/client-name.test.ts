import { expect, test } from 'vitest'
import { cleanClientName } from './client-name.ts'

test.each([
  ['Claude Code', 'Claude Code'],
  ['  two\nlines\tand  more ', 'two lines and more'],
  ['right\u202Eto left', 'right to left'],
  ['zero\u200Bwidth\u2066', 'zero width'],
  [`Claude${'\u3164'.repeat(60)}verified`, 'Claude verified'],
  ['Braille\u2800\u2800blank', 'Braille blank'],
  ['one \u0600 two', 'one two'],
  [`C${'\u0336\u20DD\u030D'.repeat(9)}laude`, 'C\u0336\u20DDlaude'],
  ['हिन्दी ตั้ง', 'हिन्दी ตั้ง'],
  ['bell\u0007 and null\u0000', 'bell and null'],
  ['<b>kept</b>', '<b>kept</b>'],
  ['\uD800lone', 'lone'],
  ['Cafe\u0301', 'Caf\u00E9'],
  ['Cafe\uD800\u0301', 'Caf\u00E9'],
])('cleans %j', (name, cleaned) => {
  expect(cleanClientName(name)).toBe(cleaned)
})

test('cuts a long name between characters, not inside them', () => {
  expect(cleanClientName(`F${'🦊'.repeat(200)}`)).toBe(`F${'🦊'.repeat(79)}`)
})

test('reads no more of it than the beginning: to put a heap of marks in order takes the square of its length', () => {
  expect(cleanClientName(`Claude${'\u0336\u20DD'.repeat(30_000)} verified`)).toBe('Claude\u0336\u20DD')
  expect(cleanClientName(`Claude${' '.repeat(2_000)}verified`)).toBe('Claude')
})

test.each(['', '   ', '\u202E\u200B', '\u3164', '\u2800\u2800', '\u034F', '\uFE0F', '\u{E0100}', '-- !', '\u0336\u0489'])(
  'finds nothing to show in %j',
  (name) => {
    expect(cleanClientName(name)).toBeUndefined()
  },
)
