import { expect, test } from 'vitest'
import { isForbiddenArgument } from './argument-name.ts'

test.each([
  ['file_path', true],
  ['FILE_PATH', true],
  ['ﬁle_path', true],
  ['ｆｉｌｅ＿ｐａｔｈ', true],
  ['𝒇𝒊𝒍𝒆_𝒑𝒂𝒕𝒉', true],
  ['file_pat\u212B', false],
  ['file_paths', false],
  ['path', false],
])('takes %j for file_path: %j', (name, isForbidden) => {
  expect(isForbiddenArgument(name, ['owner', 'file_path'])).toBe(isForbidden)
})

test('no character spells a plain one in more than two units, so that longer names are none', () => {
  const spelled = Array.from({ length: 0x11_0000 }, (_, code) => String.fromCodePoint(code))
    .map((character) => ({ character, plain: character.normalize('NFKC').toLowerCase() }))
    .filter(({ plain }) => /^[\x20-\x7e]+$/.test(plain))
  expect(spelled.length).toBeGreaterThan(1_000)
  expect(spelled.filter(({ character, plain }) => character.length > 2 * plain.length)).toEqual([])
})
