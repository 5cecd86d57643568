import { anyText } from '@fjmcp-broker/testkit/any-text'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseParameters } from '../parameters.ts'
import { parseRevocationRequest } from './revocation-request.ts'
import { anyForm, type Pair, spellings, withRepetition } from '../testing/form-arbitraries.ts'

const runs = { seed: 7009, numRuns: 1_000 }

test('throws for no form whatever, and takes none that lacks a parameter', () => {
  fc.assert(
    fc.property(anyForm, (form) => {
      const parsed = parse(form)
      expect(parsed.ok ? Object.values(parsed.value) : []).not.toContain('')
    }),
    runs,
  )
})

test('reads a request the same however its letters are escaped', () => {
  fc.assert(
    fc.property(
      fc.tuple(text, text).chain(([clientId, token]) => spellings(request(clientId, token)).map((form) => ({ clientId, token, form }))),
      ({ clientId, token, form }) => {
        expect(parse(form)).toEqual({ ok: true, value: { clientId, token } })
      },
    ),
    runs,
  )
})

test('refuses every repeated parameter, whatever its values and however it is spelled', () => {
  fc.assert(
    fc.property(
      withRepetition(request('cli_1', 't')).chain(({ name, pairs }) => spellings(pairs).map((form) => ({ name, form }))),
      ({ name, form }) => {
        expect(parse(form)).toEqual({ ok: false, error: { reason: 'repeated_parameter', name } })
      },
    ),
    runs,
  )
})

const text = anyText({ minLength: 1, maxLength: 20 }).map((value) => value.toWellFormed())

function request(clientId: string, token: string): readonly Pair[] {
  return [
    ['client_id', clientId],
    ['token', token],
    ['token_type_hint', 'refresh_token'],
  ]
}

function parse(form: string) {
  return parseRevocationRequest({ authorization: undefined, form: parseParameters(new URLSearchParams(form)) })
}
