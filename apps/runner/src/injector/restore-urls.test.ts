import { anyText } from '@fjmcp-broker/testkit/any-text'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Addresses } from './addresses.ts'
import { toInjectedUrl } from './download-urls.ts'
import { restoreUrls } from './restore-urls.ts'

const addresses: Addresses = { forgejoUrl: 'https://git.example.org', injectorUrl: 'http://127.0.0.1:4711/fjb-prefix' }
const awkward = [
  'https://git.example.org/attachments/1',
  'https://git.example.org/a/b/releases/download/v1/"quoted" & more.tgz?x=1&y=<2>',
  'https://git.example.org/\\back\\slash\\',
  'https://git.example.org/ünï/cödé/😀/\u2028',
  'https://evil.example/\r\n\t\u0000',
  'not a URL at all "',
]

test('leaves a line without its URLs as it is', () => {
  const line = '{"text":"http://127.0.0.1:4711/other and https://git.example.org/x"}'
  expect(restoreUrls(line, addresses)).toBe(line)
})

test.each(awkward)('gives %j back exactly, however deep in strings of JSON', (original) => {
  for (const depth of [0, 1, 2, 3]) {
    const restored = restoreUrls(nest({ browser_download_url: toInjectedUrl(original, addresses) }, depth), addresses)
    expect(unnest(restored, depth)).toEqual({ browser_download_url: original })
  }
})

test('any URL makes the way there and back', () => {
  fc.assert(
    fc.property(anyText({ minLength: 1 }), fc.nat(3), fc.string(), (original, depth, other) => {
      const value = (url: string) => ({ other, url, list: [other, url, url], text: `${other} ${url}` })
      const line = nest(value(toInjectedUrl(original, addresses)), depth)
      const restored = unnest(restoreUrls(line, addresses), depth) as ReturnType<typeof value>
      expect(restored).toMatchObject({ other, url: original, list: [other, original, original] })
    }),
    { seed: 8259 },
  )
})

test('keeps JSON valid where a URL stands amid a text with quotes of its own', () => {
  const url = toInjectedUrl('https://evil.example/"}],"x":"', addresses)
  for (const text of [`see ${url} there`, `"${url}"`, `"a" ${url} "b"`, `\\${url}\\`, `_${url}_`, `${url}${url}`]) {
    for (const depth of [0, 1, 2]) {
      const { after } = unnest(restoreUrls(nest({ text, after: 'kept' }, depth), addresses), depth) as { after: string }
      expect(after).toBe('kept')
    }
  }
})

test('is exact beside quotes of the text, as long as the string begins or ends with the URL', () => {
  const original = 'https://evil.example/"x"'
  for (const text of [(url: string) => `${url} is "great"`, (url: string) => `"great" is ${url}`]) {
    for (const depth of [0, 1, 2]) {
      const restored = restoreUrls(nest({ text: text(toInjectedUrl(original, addresses)) }, depth), addresses)
      expect(unnest(restored, depth)).toEqual({ text: text(original) })
    }
  }
})

test('what follows a URL is not taken for part of it', () => {
  const url = toInjectedUrl('https://git.example.org/a', addresses)
  expect(restoreUrls(`_${url}_ ${url}x`, addresses)).toBe('_https://git.example.org/a_ https://git.example.org/ax')
})

test('puts the URL of Forgejo wherever else its own stands', () => {
  const line = `{"text":"GET ${addresses.injectorUrl}/api/v1/user: 404, URL: ${addresses.injectorUrl}/a/b/actions ${addresses.injectorUrl}/dl/A~"}`
  expect(restoreUrls(line, addresses)).toBe(
    '{"text":"GET https://git.example.org/api/v1/user: 404, URL: https://git.example.org/a/b/actions https://git.example.org/dl/A~"}',
  )
})

test('an injected URL holds nothing that an encoder escapes', () => {
  for (const original of awkward) expect(toInjectedUrl(original, addresses)).toMatch(/^http:\/\/127\.0\.0\.1:4711\/[A-Za-z0-9/_~-]+$/)
})

test('restores a URL whose slashes an encoder escaped', () => {
  const original = 'https://git.example.org/a "b"'
  const escaped = (url: string) => JSON.stringify({ url }).replaceAll('/', '\\/')
  const download = escaped(toInjectedUrl(original, addresses))
  expect(JSON.parse(restoreUrls(download, addresses))).toEqual({ url: original })
  const within = restoreUrls(JSON.stringify({ text: download }), addresses)
  expect(JSON.parse((JSON.parse(within) as { text: string }).text)).toEqual({ url: original })
  expect(restoreUrls(escaped(`${addresses.injectorUrl}/api`), addresses)).toBe('{"url":"https://git.example.org\\/api"}')
})

test('leaves the folder of its own URL alone where the rest of the URL does not stand before it', () => {
  const line =
    '{"text":"fjb-prefix /fjb-prefix http://127.0.0.2:4711/fjb-prefix https://127.0.0.1:4711/fjb-prefix http:\\/\\/127.0.0.1:4711/fjb-prefix"}'
  expect(restoreUrls(line, addresses)).toBe(line)
})

const needsEscaping = toInjectedUrl('h"', addresses)

test.each([
  ['one string full of URLs', `{"t":"${needsEscaping.repeat(60_000)}"}`],
  ['backslashes between the URLs', `{"t":"${('\\\\'.repeat(500) + needsEscaping).repeat(4_000)}"}`],
  ['a long run of backslashes before the last quote', `{"t":"${needsEscaping.repeat(20_000)}${'\\'.repeat(3_000_000)}"}`],
  ['a run of backslashes before each quote', `{"t":"${`${needsEscaping}${'\\'.repeat(1_000)}"`.repeat(4_000)}"}`],
  ['URLs without an end', `{"t":"${`${addresses.injectorUrl}/dl/AAAA`.repeat(80_000)}${'A'.repeat(1_000_000)}"}`],
  ['nothing but the folder', `{"t":"${'fjb-prefix'.repeat(400_000)}"}`],
])('gets through megabytes of a hostile line: %s', (_, line) => {
  expect(restoreUrls(line, addresses)).not.toContain(addresses.injectorUrl)
})

test('does not let a line grow without bound, however deep its quotes claim to be', () => {
  const deep = `${'\\'.repeat(2 ** 18 - 1)}"`
  const line = `{"t":"${deep}${needsEscaping.repeat(10_000)}${deep}"}`
  const restored = restoreUrls(line, addresses)
  expect(restored.length).toBeLessThan(line.length)
  expect(restored).toContain('h%22h%22')
})

function nest(value: unknown, depth: number): string {
  let json = JSON.stringify({ jsonrpc: '2.0', value })
  for (let level = 0; level < depth; level += 1) json = JSON.stringify({ content: [{ type: 'text', text: json }] })
  return json
}

function unnest(json: string, depth: number): unknown {
  let text = json
  for (let level = 0; level < depth; level += 1) text = (JSON.parse(text) as { content: [{ text: string }] }).content[0].text
  return (JSON.parse(text) as { value: unknown }).value
}
