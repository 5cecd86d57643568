import { expect, it } from 'vitest'
import { lastWords } from './last-words.ts'

it('tells the last line that says something', () => {
  expect(lastWords('starting\nno route to host\n\n  \n')).toBe('no route to host')
  expect(lastWords('')).toBe('')
})

it('leaves out colours, control characters, tokens and what is too much', () => {
  expect(lastWords('\u001B[31merror\u001B[0m\u0007 beep')).toBe('error  beep')
  expect(lastWords('401 for fjb_ch_aB3-_x now')).toBe('401 for fjb_… now')
  expect(lastWords('x'.repeat(1_000))).toHaveLength(300)
})
