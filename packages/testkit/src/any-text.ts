import * as fc from 'fast-check'

/** Any well-formed text, half of it ASCII. fast-check's own `unit: 'binary'` takes more than a second to be made. */
export function anyText(lengths: { readonly minLength?: number; readonly maxLength?: number } = {}): fc.Arbitrary<string> {
  return fc.string({ ...lengths, unit: character })
}

const surrogates = { first: 0xd800, count: 0x800 }
const beyondAscii = fc
  .integer({ min: 0x80, max: 0x10_ffff - surrogates.count })
  .map((code) => (code < surrogates.first ? code : code + surrogates.count))
const character = fc.oneof(fc.nat(0x7f), beyondAscii).map((code) => String.fromCodePoint(code))
