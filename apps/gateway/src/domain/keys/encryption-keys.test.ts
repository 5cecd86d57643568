import { describe, expect, test } from 'vitest'
import { formatEncryptionKeys, isKeyName, parseEncryptionKeys } from './encryption-keys.ts'

const first = Uint8Array.from({ length: 32 }, (_, index) => index)
const wrongName = 'must be name:key, with a name of 1 to 32 letters, digits, dots, underscores and hyphens'
const wrongKey = 'must be name:key, with a key of 32 bytes in base64, 44 characters that end in ='
const noColon = 'must be name:key, a name, a colon and a key for each'
const quoted = 'must be name:key, without quotes: where no shell reads the setting they count as part of it'
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
    ['no key', 'new', `entry 1: ${noColon}`],
    ['no name', `:${first.toBase64()}`, `entry 1: ${wrongName}`],
    ['a name with another sign', `n\u00e9w:${first.toBase64()}`, `entry 1: ${wrongName}`],
    ['a name of 33 letters', `${'n'.repeat(33)}:${first.toBase64()}`, `entry 1: ${wrongName}`],
    ['a key before its name', `${first.toBase64()}:new`, `entry 1: ${wrongName}`],
    ['an empty key', 'new:', `entry 1: ${wrongKey}`],
    ['31 bytes', `new:${first.subarray(1).toBase64()}`, `entry 1: ${wrongKey}`],
    ['33 bytes', `new:${new Uint8Array(33).toBase64()}`, `entry 1: ${wrongKey}`],
    ['hexadecimal digits', `new:${first.toHex()}`, `entry 1: ${wrongKey}`],
    ['both alphabets at once', `new:${'A'.repeat(41)}-/=`, `entry 1: ${wrongKey}`],
    ['too much padding', `new:${first.toBase64()}=`, `entry 1: ${wrongKey}`],
    ['bits behind the last byte', `new:${first.toBase64().slice(0, 42)}9=`, `entry 1: ${wrongKey}`],
    ['quotes around it', `"new:${first.toBase64()}"`, `entry 1: ${quoted}`],
    ['quotes around the key', `new:'${first.toBase64()}'`, `entry 1: ${quoted}`],
    ['a second colon', `new:${first.toBase64()}:x`, `entry 1: ${wrongKey}`],
    ['the second one wrong', `new:${first.toBase64()},former:x`, `entry 2: ${wrongKey}`],
    [
      'a name twice',
      `a:${first.toBase64()},b:${new Uint8Array(32).toBase64()},a:${second.toBase64()}`,
      'entries 1 and 3 have the same name',
    ],
    [
      'a key twice',
      `a:${second.toBase64()},b:${second.toBase64({ alphabet: 'base64url', omitPadding: true })}`,
      'entries 1 and 2 are the same key',
    ],
  ])('are refused with %s', (_, text, problem) => {
    expect(parseEncryptionKeys(text)).toEqual({ ok: false, error: [problem] })
  })

  test('are all told of that are wrong', () => {
    expect(parseEncryptionKeys('x,new:y')).toEqual({
      ok: false,
      error: [`entry 1: ${noColon}`, `entry 2: ${wrongKey}`],
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
