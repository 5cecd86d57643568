import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDownloadRewriter } from './rewrite-downloads.ts'

const toInjected = (original: string) => `http://127.0.0.1/${encodeURIComponent(original)}`

test('replaces the field and leaves the rest byte for byte', () => {
  const before = '{"id":9007199254740993,"browser_download_url" :\t"https://a/\\u0026\\"x\\\\ü","name":"\\u00e9 1.0"}'
  expect(rewrite([before])).toBe(
    `{"id":9007199254740993,"browser_download_url" :\t"${toInjected('https://a/&"x\\ü')}","name":"\\u00e9 1.0"}`,
  )
})

test('replaces every field, wherever it stands', () => {
  const json = JSON.stringify([{ assets: [{ browser_download_url: 'https://a/1' }, { browser_download_url: 'https://a/2' }] }])
  expect(JSON.parse(rewrite([json]))).toEqual([
    { assets: [{ browser_download_url: toInjected('https://a/1') }, { browser_download_url: toInjected('https://a/2') }] },
  ])
})

test.each([
  JSON.stringify({ body: JSON.stringify({ browser_download_url: 'https://a/1' }) }),
  JSON.stringify({ body: 'a "browser_download_url": "https://a/1" in a text' }),
  JSON.stringify({ body: 'browser_download_url', next: 'https://a/1' }),
  '{"browser_download_url":null,"other":"https://a/1"}',
  '{"browser_download_url":"","other":"https://a/1"}',
  '{"browser_download_url":42}',
  '{"browser_download_url"',
  '{"browser_download_url":"https://a/',
])('leaves what is no such field as it is: %s', (json) => {
  expect(rewrite([json])).toBe(json)
})

test('bytes that are not UTF-8 survive', () => {
  const rewriter = createDownloadRewriter(toInjected)
  const before = Buffer.concat([Buffer.from('{"browser_download_url":"https://a/","x":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])
  const after = Buffer.concat([rewriter.push(before), rewriter.flush()])
  expect(after.subarray(-4)).toEqual(Buffer.from([0xff, 0xfe, 0x22, 0x7d]))
})

test('cut into any chunks, the outcome is the same', () => {
  const awkward = ['https://a/x', 'https://a/"q"', 'https://a/\\', 'https://ä/€/😀', 'browser_download_url', '']
  const document = fc.array(
    fc.record({ browser_download_url: fc.constantFrom(...awkward), body: fc.constantFrom(...awkward, '"browser_download_url":"x"') }),
    { maxLength: 4 },
  )
  fc.assert(
    fc.property(document, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (value, lengths) => {
      const json = JSON.stringify(value)
      const whole = rewrite([json])
      expect(rewrite(cut(json, lengths))).toBe(whole)
      const expected = value.map(({ browser_download_url: url, body }) => ({
        browser_download_url: url === '' ? '' : toInjected(url),
        body,
      }))
      expect(JSON.parse(whole)).toEqual(expected)
    }),
    { seed: 8259 },
  )
})

test('says how much it holds back', () => {
  const rewriter = createDownloadRewriter(toInjected)
  expect(rewriter.push(Buffer.from('{"a":1,"browser_down')).toString()).toBe('{"a":1,')
  expect(rewriter.pendingBytes).toBe('"browser_down'.length)
  rewriter.push(Buffer.from('load_url":"https://'))
  expect(rewriter.pendingBytes).toBe('"browser_download_url":"https://'.length)
  expect(rewriter.push(Buffer.from('a"}')).toString()).toBe(`"browser_download_url":"${toInjected('https://a')}"}`)
  expect(rewriter.pendingBytes).toBe(0)
})

function rewrite(chunks: readonly (string | Buffer)[]): string {
  const rewriter = createDownloadRewriter(toInjected)
  const parts = chunks.map((chunk) => rewriter.push(Buffer.from(chunk)))
  return Buffer.concat([...parts, rewriter.flush()]).toString()
}

function cut(json: string, lengths: readonly number[]): readonly Buffer[] {
  const bytes = Buffer.from(json)
  const chunks: Buffer[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1
    chunks.push(bytes.subarray(at, at + length))
    at += length
  }
  return chunks
}
