import { anyText } from '@fjmcp-broker/testkit/any-text'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkDocumentUrl, isMeantAsDocumentUrl } from './document-url.ts'

const runs = { seed: 3986, numRuns: 1_000 }

describe('what is taken', () => {
  const place = fc.constantFrom(
    '',
    '/',
    '..',
    '.',
    '%2e',
    '%2E%2e',
    '@',
    ':',
    ':443',
    ':8443',
    '?',
    '#',
    '\\',
    '\t',
    '\n',
    ' ',
    '%',
    '%00',
    '127.0.0.1',
    '[::1]',
    'localhost',
    '.local',
    'A',
    'ü',
    '。',
    '%2f',
    '//',
    'client.json',
    'client.example',
    'evil.example',
    'https:',
    'user:secret@',
  )
  const assembled = fc
    .tuple(
      fc.constantFrom('https://', 'https://', 'https://', 'http://', 'https:/', 'HTTPS://', ''),
      fc.constantFrom('client.example', 'client.example', 'localhost', '127.0.0.1', 'a.b.example'),
      fc.array(place, { maxLength: 4 }),
    )
    .map(([scheme, host, rest]) => `${scheme}${host}${rest.join('')}`)
  const hostile = fc.oneof(
    { weight: 5, arbitrary: assembled },
    fc.webUrl(),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    anyText(),
  )
  const taken = hostile.filter((text) => checkDocumentUrl(text).ok)

  test('is spelled as it is followed, so that no two ids are one document', () => {
    fc.assert(
      fc.property(taken, (text) => {
        expect(new URL(text).href).toBe(text)
        expect(text).toMatch(/^https:\/\/[^/?#@:\\]+\/[!-~]+$/)
        expect(text).not.toMatch(/[?#\\]|\/\.{1,2}(?:\/|$)/)
      }),
      runs,
    )
  })

  test('has a host that is a name of several parts, of no network of one’s own', () => {
    fc.assert(
      fc.property(taken, (text) => {
        const { hostname, port, username, password } = new URL(text)
        expect([port, username, password]).toEqual(['', '', ''])
        expect(hostname).toMatch(/^(?:[a-z\d-]+\.)+[a-z][a-z\d-]*$/)
        expect(hostname).not.toMatch(/(?:^|\.)(?:localhost|local|internal|arpa)$/)
      }),
      runs,
    )
  })

  test('is meant as a URL, and an id that was given here is not', () => {
    fc.assert(
      fc.property(taken, (text) => isMeantAsDocumentUrl(text)),
      runs,
    )
    expect(isMeantAsDocumentUrl('cli_00000000000000000000000000')).toBe(false)
  })
})
