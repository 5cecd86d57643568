import { accessLevels } from '@fjmcp-broker/shared/catalogue/access-level'
import { anyText } from '@fjmcp-broker/testkit/any-text'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAuthorizeRequest } from './authorize-request.ts'
import { authorizeError, authorizeResponseUrl } from './authorize-response.ts'
import { parseParameters } from '../parameters.ts'
import { anyForm, type Pair, spellings, withRepetition } from '../testing/form-arbitraries.ts'

const runs = { seed: 7636, numRuns: 1_000 }
const publicUrl = 'https://mcp.example.org'
const resource = `${publicUrl}/mcp`
const codeChallenge = '-_'.padEnd(43, 'c')

test('throws for no query whatever, and tells a client what is wrong in letters that a description may have', () => {
  fc.assert(
    fc.property(fc.oneof(anyForm, spoiledRequest()), (query) => {
      const parsed = parse(query)
      // RFC 6749 §4.1.2.1
      expect(parsed.ok ? 'fine' : authorizeError(parsed.error).description).toMatch(/^[ !#-[\]-~]+$/)
    }),
    runs,
  )
})

test('whatever passes is bound to S256, to this resource and to a level that exists', () => {
  fc.assert(
    fc.property(spoiledRequest(), (query) => {
      const parsed = parse(query)
      fc.pre(parsed.ok)
      expect(parsed).toMatchObject({ value: { codeChallenge: expect.stringMatching(/^[\w-]{43}$/), resource } })
      expect(accessLevels).toContain(parsed.value.requestedLevel)
      expect(new URLSearchParams(query).getAll('code_challenge_method')).toEqual(['S256'])
    }),
    runs,
  )
})

test('refuses every repeated parameter, whatever its values and however it is spelled', () => {
  fc.assert(
    fc.property(
      withRepetition(request('s')).chain(({ name, pairs }) => spellings(pairs).map((query) => ({ name, query }))),
      ({ name, query }) => {
        expect(parse(query)).toEqual({ ok: false, error: { reason: 'repeated_parameter', name } })
      },
    ),
    runs,
  )
})

test('gives a state back as it came, and adds nothing else to the address than what the answer holds', () => {
  const redirectUri = fc.constantFrom(
    'https://client.example/cb',
    'https://client.example/cb?a=b',
    'com.example.app:/cb',
    'http://[::1]:7/',
  )
  const state = anyText({ minLength: 1 }).map((text) => text.toWellFormed())
  fc.assert(
    fc.property(redirectUri, state, fc.string(), (uri, clientState, code) => {
      const parsed = parse(`${new URLSearchParams([...request(clientState)].map(([name, value]): [string, string] => [name, value]))}`)
      fc.pre(parsed.ok)
      const url = authorizeResponseUrl({ redirectUri: uri, clientState: parsed.value.clientState, issuer: publicUrl, outcome: { code } })
      const added = new URLSearchParams(url.slice(uri.length + 1))
      expect(url.startsWith(`${uri}${uri.includes('?') ? '&' : '?'}`)).toBe(true)
      expect([...added]).toEqual([
        ['code', code],
        ['state', clientState],
        ['iss', publicUrl],
      ])
    }),
    runs,
  )
})

function request(state: string): readonly Pair[] {
  return [
    ['response_type', 'code'],
    ['client_id', 'cli_1'],
    ['redirect_uri', 'https://client.example/cb'],
    ['code_challenge', codeChallenge],
    ['code_challenge_method', 'S256'],
    ['resource', resource],
    ['scope', 'read write'],
    ['state', state],
  ]
}

/** A good request in which one or two values are others, or missing. */
function spoiledRequest(): fc.Arbitrary<string> {
  const words = [
    '',
    'plain',
    's256',
    'token',
    'code token',
    'form_post',
    'https://other.example/mcp',
    `${publicUrl}/MCP`,
    '\0',
    'full',
    resource,
  ]
  const value = fc.oneof(fc.constantFrom(...words), anyText({ maxLength: 50 }))
  const changes = fc.dictionary(fc.constantFrom(...request('').map(([name]) => name), 'response_mode'), value, { maxKeys: 2 })
  return changes.map((changed) => `${new URLSearchParams({ ...Object.fromEntries(request('state')), ...changed })}`)
}

function parse(query: string) {
  return parseAuthorizeRequest(parseParameters(new URLSearchParams(query)), publicUrl)
}
