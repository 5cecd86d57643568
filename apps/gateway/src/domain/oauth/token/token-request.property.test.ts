import { anyText } from '@fjmcp-broker/testkit/any-text'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseParameters } from '../parameters.ts'
import { anyForm, type Pair, spellings, withRepetition } from '../testing/form-arbitraries.ts'
import { tokenError } from './token-error.ts'
import { parseTokenRequest } from './token-request.ts'

const runs = { seed: 6749, numRuns: 1_000 }
const publicUrl = 'https://mcp.example.org'
const resource = `${publicUrl}/mcp`
const verifier = '-._~'.padEnd(43, 'v')

test('throws for no form whatever, and refuses each with an error of the specification', () => {
  fc.assert(
    fc.property(anyForm, (form) => {
      const parsed = parse(form)
      expect(parsed.ok ? 400 : tokenError(parsed.error).status).toBe(400)
    }),
    runs,
  )
})

test('reads a request the same however its letters are escaped, and takes nothing from anything else', () => {
  const request = fc.tuple(
    text,
    text,
    fc.array(
      fc.tuple(fc.string(), text).filter(([name]) => !known.has(name)),
      { maxLength: 1 },
    ),
  )
  fc.assert(
    fc.property(
      request.chain(([clientId, code, others]) =>
        spellings([...codeRequest(clientId, code), ...others]).map((form) => ({ clientId, code, form })),
      ),
      ({ clientId, code, form }) => {
        const value = { grantType: 'authorization_code', clientId, code, codeVerifier: verifier, redirectUri: undefined, resource }
        expect(parse(form)).toEqual({ ok: true, value })
      },
    ),
    runs,
  )
})

test('refuses every repeated parameter, whatever its values and however it is spelled', () => {
  const requests = [codeRequest('cli_1', 'c'), refreshRequest, [...refreshRequest, ['unknown', 'x'], ['', 'y']]] as const
  fc.assert(
    fc.property(
      fc
        .constantFrom<(readonly Pair[])[]>(...requests)
        .chain(withRepetition)
        .chain(({ name, pairs }) => spellings(pairs).map((form) => ({ name, form }))),
      ({ name, form }) => {
        expect(parse(form)).toEqual({ ok: false, error: { reason: 'repeated_parameter', name } })
      },
    ),
    runs,
  )
})

const known = new Set(['grant_type', 'client_id', 'code', 'code_verifier', 'redirect_uri', 'resource'])
const text = anyText({ minLength: 1, maxLength: 20 }).map((value) => value.toWellFormed())
const refreshRequest: readonly Pair[] = [
  ['grant_type', 'refresh_token'],
  ['client_id', 'cli_1'],
  ['refresh_token', 'r'],
  ['scope', 'read'],
]

function codeRequest(clientId: string, code: string): readonly Pair[] {
  return [
    ['grant_type', 'authorization_code'],
    ['client_id', clientId],
    ['code', code],
    ['code_verifier', verifier],
  ]
}

function parse(form: string) {
  return parseTokenRequest({ authorization: undefined, form: parseParameters(new URLSearchParams(form)) }, publicUrl)
}
