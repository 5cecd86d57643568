import { describe, expect, test } from 'vitest'
import { formatEncryptionKeys, isKeyName, parseEncryptionKeys } from './encryption-keys.ts'

const first = Uint8Array.from({ length: 32 }, (_, index) => index)
const wrongName = 'names of 1 to 32 letters, digits, dots, underscores and hyphens'
const wrongKey = 'keys of exactly 32 bytes in base64 (44 characters, the last one =)'
const second = new Uint8Array(32).fill(0xff)

describe('the keys of a setting', () => {
  test('are as many as there are, in their order', () => {
    expect(parseEncryptionKeys(`new:${first.toBase64()},former:${second.toBase64()}`)).toEqual({
      ok: true,
      value: [
        { name: 'new', bytes: first },
        { name: 'former', bytes: second },
      ],
    })
    expect(parseEncryptionKeys('')).toEqual({ ok: true, value: [] })
  })

  test('may stand in lines, with commas and blanks at will', () => {
    const text = `\n new:${first.toBase64()} ,,\r\n\tformer:${second.toBase64()},\n`
    expect(parseEncryptionKeys(text)).toMatchObject({ ok: true, value: [{ name: 'new' }, { name: 'former' }] })
  })

  test.each([
    ['base64', second.toBase64()],
    ['base64 without padding', second.toBase64({ omitPadding: true })],
    ['base64url', second.toBase64({ alphabet: 'base64url' })],
    ['base64url without padding', second.toBase64({ alphabet: 'base64url', omitPadding: true })],
  ])('may be in %s', (_, key) => {
    expect(parseEncryptionKeys(`a:${key}`)).toEqual({ ok: true, value: [{ name: 'a', bytes: second }] })
  })

  test.each([
    ['no key', 'new', 'a name, a colon and a key for each, unlike entry 1'],
    ['no name', `:${first.toBase64()}`, `${wrongName}, unlike entry 1`],
    ['a name with another sign', `n\u00e9w:${first.toBase64()}`, `${wrongName}, unlike entry 1`],
    ['a name of 33 letters', `${'n'.repeat(33)}:${first.toBase64()}`, `${wrongName}, unlike entry 1`],
    ['a key before its name', `${first.toBase64()}:new`, `${wrongName}, unlike entry 1`],
    ['an empty key', 'new:', `${wrongKey}, unlike entry 1`],
    ['31 bytes', `new:${first.subarray(1).toBase64()}`, `${wrongKey}, unlike entry 1`],
    ['33 bytes', `new:${new Uint8Array(33).toBase64()}`, `${wrongKey}, unlike entry 1`],
    ['hexadecimal digits', `new:${first.toHex()}`, `${wrongKey}, unlike entry 1`],
    ['both alphabets at once', `new:${'A'.repeat(41)}-/=`, `${wrongKey}, unlike entry 1`],
    ['too much padding', `new:${first.toBase64()}=`, `${wrongKey}, unlike entry 1`],
    ['bits behind the last byte', `new:${first.toBase64().slice(0, 42)}9=`, `${wrongKey}, unlike entry 1`],
    ['a second colon', `new:${first.toBase64()}:x`, `${wrongKey}, unlike entry 1`],
    ['the second one wrong', `new:${first.toBase64()},former:x`, `${wrongKey}, unlike entry 2`],
    [
      'a name twice',
      `a:${first.toBase64()},b:${new Uint8Array(32).toBase64()},a:${second.toBase64()}`,
      'a name of its own for each key, unlike entries 1 and 3',
    ],
    [
      'a key twice',
      `a:${second.toBase64()},b:${second.toBase64({ alphabet: 'base64url', omitPadding: true })}`,
      'each key once, unlike entries 1 and 2',
    ],
  ])('are refused with %s', (_, text, problem) => {
    expect(parseEncryptionKeys(text)).toEqual({ ok: false, error: [problem] })
  })

  test('are all told of that are wrong', () => {
    expect(parseEncryptionKeys('x,new:y')).toEqual({
      ok: false,
      error: ['a name, a colon and a key for each, unlike entry 1', `${wrongKey}, unlike entry 2`],
    })
  })
})

test('keys are written as they are read', () => {
  const keys = [
    { name: 'new', bytes: first },
    { name: 'former', bytes: second },
  ]
  expect(parseEncryptionKeys(formatEncryptionKeys(keys))).toEqual({ ok: true, value: keys })
})

test.each(['client secret', 'previous client secret', '', 'a,b', 'a:b'])('no key is called %j', (name) => {
  expect(isKeyName(name)).toBe(false)
})
