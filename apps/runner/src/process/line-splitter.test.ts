import { anyText } from '@fjmcp-broker/testkit/any-text'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { createLineSplitter } from './line-splitter.ts'

it('finds the same lines however the bytes are cut', () => {
  const lines = fc.array(anyText({ minLength: 1 }).filter((line) => !line.includes('\n') && line.isWellFormed()))
  fc.assert(
    fc.property(lines, fc.integer({ min: 1, max: 7 }), (lines, chunkBytes) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
      expect(split(bytes, { chunkBytes, maxBytes: 10_000 })).toEqual({ lines, tooLong: 0 })
    }),
    { seed: 8259 },
  )
})

it('leaves empty lines out, and keeps an unfinished one back', () => {
  expect(split(Buffer.from('\n\na\n\nb\nunfinished'))).toEqual({ lines: ['a', 'b'], tooLong: 0 })
})

it.each([1, 4, 100])('says once that a line is too long, and is deaf from then on (chunks of %i bytes)', (chunkBytes) => {
  expect(split(Buffer.from(`ok\n${'x'.repeat(11)}\nafter\n${'y'.repeat(50)}\n`), { chunkBytes })).toEqual({ lines: ['ok'], tooLong: 1 })
})

it('takes a line of exactly the longest length', () => {
  expect(split(Buffer.from(`${'x'.repeat(10)}\n`))).toEqual({ lines: ['x'.repeat(10)], tooLong: 0 })
})

function split(bytes: Buffer, { chunkBytes = 100, maxBytes = 10 }: { readonly chunkBytes?: number; readonly maxBytes?: number } = {}) {
  const told: { lines: string[]; tooLong: number } = { lines: [], tooLong: 0 }
  const splitter = createLineSplitter({
    maxBytes,
    onLine: (line) => told.lines.push(line),
    onTooLong: () => {
      told.tooLong += 1
    },
  })
  for (let start = 0; start < bytes.length; start += chunkBytes) splitter(bytes.subarray(start, start + chunkBytes))
  return told
}
