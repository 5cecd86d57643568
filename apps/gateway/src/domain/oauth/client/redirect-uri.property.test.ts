import { anyText } from '@fjmcp-broker/testkit/any-text'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkRedirectUri, isRegisteredRedirectUri } from './redirect-uri.ts'

const runs = { seed: 8252, numRuns: 1_000 }
const acceptedRuns = { ...runs, numRuns: 600 }
const rules = { privateSchemes: ['cursor', 'vscode'], ownOrigin: 'https://mcp.example.org' }

describe('a redirect URI that passes', () => {
  test('has a scheme that is harmless', () => {
    const harmless = /^(https:\/\/|http:\/\/(localhost|127\.[\d.]+|\[::1\])([:/?]|$)|(cursor|vscode):\/\/|[a-z][^:/]*\.[^:/]*:\/)/
    fc.assert(
      fc.property(acceptedUri, (uri) => {
        expect(new URL(uri).href).toMatch(harmless)
      }),
      acceptedRuns,
    )
  })

  test('has no fragment and no user', () => {
    fc.assert(
      fc.property(acceptedUri, (uri) => {
        expect(new URL(uri)).toMatchObject({ hash: '', username: '', password: '' })
        expect(uri).not.toMatch(/#|^[^/]*\/\/[^/?]*@/)
      }),
      acceptedRuns,
    )
  })

  test('shows the place that it leads to, which is not the broker', () => {
    fc.assert(
      fc.property(acceptedUri, (uri) => {
        const { protocol, hostname, host, origin } = new URL(uri)
        const shown = /^[^:]+:\/\/([^/?]+)/.exec(uri)?.[1] ?? ''
        expect(shown).not.toContain('%')
        expect(/^https?:$/.test(protocol) ? shown.toLowerCase().replace(/:\d+$/, '') : shown).toBe(
          /^https?:$/.test(protocol) ? hostname : host,
        )
        expect(origin).not.toBe(rules.ownOrigin)
      }),
      acceptedRuns,
    )
  })

  test('brings nothing that could be taken for the response, and no character that is none of a URI', () => {
    fc.assert(
      fc.property(acceptedUri, (uri) => {
        const { searchParams } = new URL(uri)
        expect(['code', 'state', 'iss', 'error', 'error_description'].filter((name) => searchParams.has(name))).toEqual([])
        expect(uri).toMatch(/^[!-~]+$/)
      }),
      acceptedRuns,
    )
  })
})

describe('a registered redirect URI', () => {
  test('matches letter for letter', () => {
    fc.assert(
      fc.property(registered, fc.array(fc.webUrl(), { maxLength: 3 }), (parts, others) => {
        expect(isRegisteredRedirectUri(spell(parts), [...others, spell(parts)])).toBe(true)
      }),
      runs,
    )
  })

  test('matches on loopback whatever the port', () => {
    fc.assert(
      fc.property(loopback, port, (parts, other) => {
        expect(isRegisteredRedirectUri(spell({ ...parts, port: other }), [spell(parts)])).toBe(true)
      }),
      runs,
    )
  })

  test('matches on loopback no port that does not exist', () => {
    fc.assert(
      fc.property(loopback, fc.integer({ min: 65_536, max: 999_999 }), (parts, other) => {
        expect(isRegisteredRedirectUri(spell({ ...parts, port: other }), [spell(parts)])).toBe(false)
      }),
      runs,
    )
  })

  test('matches no other port anywhere else', () => {
    fc.assert(
      fc.property(elsewhere, port, (parts, other) => {
        fc.pre(other !== parts.port)
        expect(isRegisteredRedirectUri(spell({ ...parts, port: other }), [spell(parts)])).toBe(false)
      }),
      runs,
    )
  })

  test('matches nothing that it was changed into, save for a loopback port', () => {
    fc.assert(
      fc.property(registered, fc.array(edit, { minLength: 1, maxLength: 3 }), (parts, edits) => {
        const changed = edits.reduce(applyEdit, spell(parts))
        expect(isRegisteredRedirectUri(changed, [spell(parts)])).toBe(changed === spell(parts) || differsInPort(changed, parts))
      }),
      { ...runs, numRuns: 2_000 },
    )
  })

  test('matches nothing that differs in the case of a letter', () => {
    fc.assert(
      fc.property(
        registered.chain((parts) => fc.tuple(fc.constant(spell(parts)), fc.mixedCase(fc.constant(spell(parts))))),
        ([uri, other]) => {
          expect(isRegisteredRedirectUri(other, [uri])).toBe(other === uri)
        },
      ),
      runs,
    )
  })

  test('does not match what no one registered, however it is spelled', () => {
    fc.assert(
      fc.property(hostileUri, registered, (uri, parts) => {
        fc.pre(uri !== spell(parts) && !differsInPort(uri, parts))
        expect(isRegisteredRedirectUri(uri, [spell(parts)])).toBe(false)
      }),
      runs,
    )
  })
})

const goodSchemes = ['https:', 'https:', 'HTTPS:', 'http:', 'http:', 'cursor:', 'CURSOR:', 'vscode:', 'com.example.app:']
const badSchemes = [
  'javascript:',
  'JavaScript:',
  'java\nscript:',
  ' javascript:',
  'data:',
  'file:',
  'vbscript:',
  'blob:https:',
  'ws:',
  'a:',
  '',
]
const users = ['', '', '', '', '@', 'user@', 'user:secret@', ':@', '%40', 'localhost:80@', '127.0.0.1\\@']
const goodHosts = ['client.example', 'client.example', 'localhost', 'localhost', '127.0.0.1', '[::1]', '127.9.8.7', 'app', 'LOCALHOST']
const badHosts = [
  '127.1',
  '0.0.0.0',
  '[::ffff:127.0.0.1]',
  '2130706433',
  'localhost.evil.example',
  'evil.example%00',
  'bücher.example',
  '%6c',
  '',
]
const ownHosts = ['mcp.example.org', 'MCP.example.org', 'mcp%2Eexample.org', 'mcp.example.org:443']
const goodTails = ['/callback', '/callback', '/', '?a=b', '?', '%23', '/../', ';', '@evil.example']
const badTails = ['?code=1', '&%73tate=1', '?iss', '#', '#top', '\\', '\r\n', '\0', '"']

const assembledUri = fc
  .tuple(
    fc.constantFrom(...goodSchemes, ...badSchemes),
    fc.constantFrom('//', '//', '//', '//', '/', '', '///', '\\\\', '/\\'),
    fc.constantFrom(...users),
    fc.constantFrom(...goodHosts, ...badHosts, ...ownHosts),
    fc.constantFrom('', '', ':443', ':8080', ':', ':99999', ':80@evil.example'),
    fc.array(fc.constantFrom(...goodTails, ...badTails), { maxLength: 3 }).map((parts) => parts.join('')),
  )
  .map((parts) => parts.join(''))

const hostileUri = fc.oneof(
  { weight: 6, arbitrary: assembledUri },
  { weight: 2, arbitrary: fc.tuple(assembledUri, fc.nat(), anyText({ maxLength: 2 })).map(insertAnywhere) },
  { weight: 1, arbitrary: fc.webUrl({ withFragments: true, withQueryParameters: true }) },
  { weight: 1, arbitrary: anyText() },
)

const acceptedUri = hostileUri.filter((uri) => checkRedirectUri(uri, rules).ok)

function insertAnywhere([text, place, inserted]: readonly [string, number, string]): string {
  const at = place % (text.length + 1)
  return text.slice(0, at) + inserted + text.slice(at)
}

interface Parts {
  readonly origin: string
  readonly port: number | undefined
  readonly rest: string
  readonly isLoopback: boolean
}

const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined })
const rest = fc.constantFrom('', '/', '/callback', '/oauth/callback?client=1', '?a=b', '/a%20b', '/:8080/callback')

const loopback = fc.record<Parts>({
  origin: fc.constantFrom('http://localhost', 'http://127.0.0.1', 'http://127.8.9.10', 'http://[::1]'),
  port,
  rest,
  isLoopback: fc.constant(true),
})

const elsewhere = fc.record<Parts>({
  origin: fc.constantFrom('https://client.example', 'https://localhost', 'cursor://anysphere.cursor-mcp', 'com.example.app://callback'),
  port,
  rest,
  isLoopback: fc.constant(false),
})

const registered = fc.oneof(loopback, elsewhere)

function spell({ origin, port: number, rest: path }: Parts): string {
  return `${origin}${number === undefined ? '' : `:${number}`}${path}`
}

function differsInPort(uri: string, { origin, rest: path, isLoopback }: Parts): boolean {
  if (!isLoopback || uri.length < origin.length + path.length || !uri.startsWith(origin) || !uri.endsWith(path)) return false
  const between = uri.slice(origin.length, uri.length - path.length)
  return between === '' || (/^:\d{1,5}$/.test(between) && Number(between.slice(1)) <= 65_535)
}

interface Edit {
  readonly place: number
  readonly removed: number
  readonly inserted: string
}

const edit = fc.record<Edit>({
  place: fc.nat(60),
  removed: fc.nat(3),
  inserted: fc.oneof(
    fc.constantFrom(
      '',
      '',
      '/',
      '.',
      ':',
      ':1',
      ':99999',
      '@',
      '@evil.example',
      '.evil.example',
      '%2F',
      '\\',
      '#',
      '?',
      ' ',
      '\n',
      '0',
      'A',
      '/..',
    ),
    anyText({ maxLength: 2 }),
  ),
})

function applyEdit(uri: string, { place, removed, inserted }: Edit): string {
  const at = place % (uri.length + 1)
  return uri.slice(0, at) + inserted + uri.slice(at + removed)
}
