import { anyText } from '@fjmcp-broker/testkit/any-text'
import * as fc from 'fast-check'

export type Pair = readonly [name: string, value: string]

/** Any bytes as the body of a form, as a server decodes them. */
export const anyForm = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => new TextDecoder().decode(bytes)),
  anyText(),
  fc.array(fc.constantFrom('&', '=', '%', '%00', '%zz', '%ff', '+', ';', 'token', 'code', 'client_id', '__proto__', '\uD800')).map(join),
)

/** Spells pairs as a form, each letter plain or escaped, in digits of either case, with empty pairs between. */
export function spellings(pairs: readonly Pair[]): fc.Arbitrary<string> {
  return fc.tuple(...pairs.map(spellPair)).map((spelled) => spelled.join('&'))
}

/** Repeats one of the pairs somewhere, with its own or another value. */
export function withRepetition(pairs: readonly Pair[]): fc.Arbitrary<{ readonly name: string; readonly pairs: readonly Pair[] }> {
  return fc
    .record({
      pair: fc.constantFrom(...pairs),
      other: fc.option(fc.oneof(fc.constant(''), fc.string())),
      place: fc.nat(pairs.length),
      isEmptyBefore: fc.boolean(),
    })
    .map(({ pair, other, place, isEmptyBefore }) => {
      const [name, value] = pair
      const given = pairs.map((each): Pair => (each === pair && isEmptyBefore ? [name, ''] : each))
      return { name, pairs: given.toSpliced(place, 0, [name, other ?? value]) }
    })
}

function spellPair([name, value]: Pair): fc.Arbitrary<string> {
  return fc
    .tuple(spellText(name), spellText(value), fc.constantFrom('', '', '&', '&&'))
    .map(([spelledName, spelledValue, empty]) => `${empty}${spelledName}=${spelledValue}`)
}

function spellText(text: string): fc.Arbitrary<string> {
  const bytes = [...new TextEncoder().encode(text)]
  return fc
    .array(fc.nat(2), { minLength: bytes.length, maxLength: bytes.length })
    .map((ways) => bytes.map((byte, at) => spellByte(byte, ways[at])).join(''))
}

function spellByte(byte: number, way: number | undefined): string {
  const character = String.fromCharCode(byte)
  if (way === 0 && /[\w.~-]/.test(character)) return character
  const digits = byte.toString(16).padStart(2, '0')
  return `%${way === 1 ? digits.toUpperCase() : digits}`
}

function join(parts: readonly string[]): string {
  return parts.join('')
}
