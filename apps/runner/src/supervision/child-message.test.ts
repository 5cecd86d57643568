import { expect, it } from 'vitest'
import { parseChildMessage } from './child-message.ts'

it('takes an answer of 200 levels as it is', () => {
  const message = { jsonrpc: '2.0', id: 4, result: nested(199) }
  expect(parseChildMessage(message)).toEqual({ kind: 'response', id: 4, message })
})

it.each([
  ['a result of 201 levels', { result: nested(200) }],
  ['a result of thousands of levels', { result: nested(300_000) }],
  ['an error with such data', { error: { code: 1, message: 'no', data: nested(300_000) } }],
  ['a result that is deep at its end only', { result: { content: [{ type: 'text', text: 'x' }], rest: [1, nested(300_000)] } }],
])('answers in the place of %s with an error', (_, answer) => {
  const parsed = parseChildMessage({ jsonrpc: '2.0', id: 4, ...answer })
  expect(parsed).toEqual({
    kind: 'response',
    id: 4,
    message: { jsonrpc: '2.0', id: 4, error: { code: -32603, message: expect.stringContaining('more than the broker passes on') } },
  })
})

it('ignores what is said unasked and nested as deeply', () => {
  const method = 'notifications/progress'
  expect(parseChildMessage({ jsonrpc: '2.0', method, params: { progressToken: 4, deep: nested(300_000) } })).toEqual({ kind: 'garbage' })
  expect(parseChildMessage({ jsonrpc: '2.0', id: 4, deep: nested(300_000) })).toEqual({ kind: 'garbage' })
})

function nested(levels: number): object {
  let value = {}
  for (let level = 1; level < levels; level += 1) value = { value }
  return value
}
