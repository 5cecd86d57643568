import { expect, test } from 'vitest'
import { toAsciiJson } from './ascii-json.ts'

test('says everything, in characters that move no cursor', () => {
  const value = { name: 'Zoë\u001B[2J\u009B2J\u202E\u2028 😀\n', list: ['\u007F', 'plain'] }
  const json = toAsciiJson(value)
  expect(json).toMatch(/^[\x20-\x7e]+$/)
  expect(JSON.parse(json)).toEqual(value)
})
