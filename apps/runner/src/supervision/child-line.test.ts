import { expect, it } from 'vitest'
import { parseChildLine } from './child-line.ts'

it.each([
  ['of 200 levels', nested(199)],
  ['of 100,000 values', `{"x":[${'0,'.repeat(99_994)}0]}`],
  ['of a long text that looks like many values', JSON.stringify({ text: '[{},'.repeat(500_000) })],
])('takes an answer %s as it is', (_, result) => {
  const line = `{"jsonrpc":"2.0","id":4,"result":${result}}`
  expect(parseChildLine(line).message).toEqual({ kind: 'response', id: 4, message: JSON.parse(line) as unknown })
})

it.each([
  ['a result of 201 levels', `"result":${nested(200)}`],
  ['a result of thousands of levels', `"result":${nested(300_000)}`],
  ['an error with such data', `"error":{"code":1,"message":"no","data":${nested(300_000)}}`],
  ['a result that is deep at its end only', `"result":{"content":[{"type":"text","text":"x"}],"rest":[1,${nested(300_000)}]}`],
  ['a result of 100,001 values', `"result":{"x":[${'0,'.repeat(99_995)}0]}`],
  ['a result of very many empty objects', `"result":{"x":[${'{},'.repeat(1_000_000)}0]}`],
])('answers in the place of %s with an error', (_, answer) => {
  expect(parseChildLine(`{"jsonrpc":"2.0","id":4,${answer}}`).message).toEqual({
    kind: 'response',
    id: 4,
    message: { jsonrpc: '2.0', id: 4, error: { code: -32603, message: expect.stringContaining('more than the broker passes on') } },
  })
})

it.each([
  ['no JSON', '{"half": '],
  ['a notification nested as deeply', `{"jsonrpc":"2.0","method":"notifications/progress","params":${nested(300_000)}}`],
  ['a request nested as deeply', `{"jsonrpc":"2.0","id":4,"method":"ping","params":${nested(300_000)}}`],
])('makes nothing of %s', (_, line) => {
  expect(parseChildLine(line).message).toEqual({ kind: 'garbage' })
})

it.each([
  ['its bytes', `{"jsonrpc":"2.0","id":4,"result":{"text":"${'é'.repeat(1_000)}"}}`, 2_045],
  ['its values, where these are many', `{"jsonrpc":"2.0","id":4,"result":{"x":[${'0,'.repeat(9_994)}0]}}`, 160_000],
  ['the error that stands in its place', `{"jsonrpc":"2.0","id":4,"result":${nested(200)}}`, 512],
])('counts %s', (_, line, size) => {
  expect(parseChildLine(line).size).toBe(size)
})

function nested(levels: number): string {
  return `${'{"value":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`
}
