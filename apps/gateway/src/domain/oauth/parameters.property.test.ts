import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseParameters } from './parameters.ts'
import { anyForm } from './testing/form-arbitraries.ts'

const runs = { seed: 3986, numRuns: 3_000 }

test('throws for no text whatever, and gives no name a value that came twice or was empty', () => {
  fc.assert(
    fc.property(anyForm, (form) => {
      const pairs = new URLSearchParams(form)
      const { values, repeated } = parseParameters(pairs)
      for (const [name, value] of values) expect([value]).toEqual(pairs.getAll(name).filter((given) => given !== ''))
      for (const name of repeated) expect(pairs.getAll(name).length).toBeGreaterThan(1)
      expect([...values.keys()].filter((name) => repeated.has(name))).toEqual([])
    }),
    runs,
  )
})

test('loses no parameter: each is a value, repeated, or empty', () => {
  const pair = fc.tuple(
    fc.constantFrom('client_id', 'CLIENT_ID', 'client_id ', '__proto__', 'constructor', ''),
    fc.constantFrom('', 'a', 'b'),
  )
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 5 }), (given) => {
      const pairs = new URLSearchParams(given)
      const { values, repeated } = parseParameters(pairs)
      for (const name of pairs.keys()) {
        const all = pairs.getAll(name)
        expect([values.get(name), repeated.has(name)]).toEqual(all.length > 1 ? [undefined, true] : [all[0] || undefined, false])
      }
    }),
    runs,
  )
})
