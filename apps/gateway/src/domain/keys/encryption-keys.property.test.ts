import { anyText } from '@fjmcp-broker/testkit/any-text'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type EncryptionKey, formatEncryptionKeys, parseEncryptionKeys } from './encryption-keys.ts'

const runs = { seed: 6750, numRuns: 1_000 }

test('finds the keys that are there, in either alphabet, padded or not, whatever stands between them', () => {
  fc.assert(
    fc.property(keys, fc.infiniteStream(spelling), fc.infiniteStream(between), (given, spellings, separators) => {
      const text = given.map(({ name, bytes }) => `${name}:${bytes.toBase64(next(spellings))}${next(separators)}`).join('')
      expect(parseEncryptionKeys(text)).toEqual({ ok: true, value: given })
    }),
    runs,
  )
})

test('takes what it writes', () => {
  fc.assert(
    fc.property(keys, (given) => {
      expect(parseEncryptionKeys(formatEncryptionKeys(given))).toEqual({ ok: true, value: given })
    }),
    runs,
  )
})

test('never takes a key for another one: a changed letter is refused or gives other bytes', () => {
  fc.assert(
    fc.property(key, fc.nat(42), letter, (given, position, other) => {
      const text = given.bytes.toBase64()
      fc.pre(text[position] !== other)
      const parsed = parseEncryptionKeys(`${given.name}:${text.slice(0, position)}${other}${text.slice(position + 1)}`)
      const found = parsed.ok ? parsed.value.map(({ bytes }) => bytes.toHex()) : []
      expect(found).not.toContain(given.bytes.toHex())
    }),
    runs,
  )
})

test('throws for no text whatever, gives whole keys only, and repeats nothing of what it refuses', () => {
  const words = ['a name', 'a colon', 'entry', 'entries', 'and', 'must be', 'name:key', 'each', 'bytes', 'base64', '"']
  const part = fc.oneof(fc.constantFrom(':', ',', ' ', '\n', '=', '-', '_', '+', '/', ...words), anyText({ maxLength: 50 }))
  const entry = fc.oneof(
    part,
    key.map(({ name, bytes }) => `${name}:${bytes.toBase64()},`),
    key.map(({ bytes }) => bytes.toBase64()),
  )
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 6 }), (parts) => {
      const parsed = parseEncryptionKeys(parts.join(''))
      const found = parsed.ok ? parsed.value : []
      expect(found.filter(({ name, bytes }) => !nameForm.test(name) || bytes.length !== 32)).toEqual([])
      const problems = parsed.ok ? [] : parsed.error
      expect(problems.filter((problem) => !refusalForm.test(problem.replaceAll(/\d+/g, '0')))).toEqual([])
    }),
    runs,
  )
})

/** All that a refusal says, but for the numbers of the entries. */
const refusalForm =
  /^(?:entry 0: must be name:key, (?:a name, a colon and a key for each|with a name of 0 to 0 letters, digits, dots, underscores and hyphens|with a key of 0 bytes in base0, 0 characters that end in =|without quotes: where no shell reads the setting they count as part of it)|entries 0(?: and 0)+ (?:have the same name|are the same key))$/

const nameForm = /^[A-Za-z0-9._-]{1,32}$/
const name = fc.stringMatching(nameForm)
const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((array) => Uint8Array.from(array))
const key: fc.Arbitrary<EncryptionKey> = fc.record({ name, bytes }, { noNullPrototype: true })
const keys = fc.uniqueArray(key, { maxLength: 5, selector: (given) => given.name }).filter(haveOwnBytes)
const spelling = fc.record(
  { alphabet: fc.constantFrom('base64' as const, 'base64url' as const), omitPadding: fc.boolean() },
  { noNullPrototype: true },
)
const between = fc.stringMatching(/^[ ,\t\r\n]{1,4}$/)
const letter = fc.stringMatching(/^[A-Za-z0-9+/]$/)

function haveOwnBytes(given: readonly EncryptionKey[]): boolean {
  return new Set(given.map(({ bytes }) => bytes.toHex())).size === given.length
}

function next<Value>(stream: fc.Stream<Value>): Value {
  const { value } = stream.next()
  return value
}
