import { anyText } from '@fjmcp-broker/testkit/any-text'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseBearer } from './bearer.ts'

const runs = { seed: 6750, numRuns: 1_000 }

test('finds the token behind the scheme in letters of either case', () => {
  fc.assert(
    fc.property(fc.tuple(fc.mixedCase(fc.constant('bearer')), blanks), token, fc.nat(3), (before, given, after) => {
      expect(parseBearer(before.join('') + given + ' '.repeat(after))).toBe(given)
    }),
    runs,
  )
})

test('finds none under another scheme', () => {
  const scheme = fc.oneof(fc.constantFrom('Basic', 'DPoP', 'Bearer2', 'XBearer', 'Bearer:', 'Bear', ' Bearer', '\tBearer', ''), token)
  fc.assert(
    fc.property(scheme, blanks, token, (other, between, given) => {
      fc.pre(other.toLowerCase() !== 'bearer')
      expect(parseBearer(other + between + given)).toBeUndefined()
    }),
    runs,
  )
})

test('finds none where there are two, or something stands beside it', () => {
  fc.assert(
    fc.property(token, fc.constantFrom(' ', '\t', '\n', ', ', ' Bearer ', ', Bearer '), token, (first, between, second) => {
      expect(parseBearer(`Bearer ${first}${between}${second}`)).toBeUndefined()
    }),
    runs,
  )
})

test('throws for no header whatever, and finds nothing but one word that stands there', () => {
  const parts = fc.constantFrom('Bearer', 'bearer', ' ', '  ', '\t', ',', 'x', '=', '"', '\0', '\u00A0', '\u2028', '\uFEFF')
  const header = fc.oneof(
    anyText(),
    fc.array(parts, { maxLength: 8 }).map((all) => all.join('')),
  )
  fc.assert(
    fc.property(header, (given) => {
      const found = parseBearer(given)
      if (found === undefined) return
      expect(found).toMatch(/^\S+$/)
      expect(given.trimEnd().toLowerCase()).toSatisfy(
        (text: string) => text.startsWith('bearer ') && text.endsWith(` ${found.toLowerCase()}`),
      )
    }),
    runs,
  )
})

test('needs no more time for a long header than for its length', () => {
  for (const header of [`Bearer${' '.repeat(1_000_000)}`, `Bearer x${' '.repeat(1_000_000)}y`, `Bearer ${'x'.repeat(1_000_000)} y`]) {
    expect(parseBearer(header)).toBeUndefined()
  }
})

const blanks = fc.integer({ min: 1, max: 4 }).map((count) => ' '.repeat(count))
const token = fc.stringMatching(/^[A-Za-z0-9\-._~+/]{1,40}=*$/)
