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
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.nat(3), fc.string(), (original, depth, other) => {
      const value = (url: string) => ({ other, url, list: [other, url, url], text: `${other} ${url}` })
      const line = nest(value(toInjectedUrl(original, addresses)), depth)
      const restored = unnest(restoreUrls(line, addresses), depth) as ReturnType<typeof value>
      expect(restored).toMatchObject({ other, url: original, list: [other, original, original] })
    }),
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
