import { expect, it } from 'vitest'
import { findAnswerId } from './find-answer-id.ts'

it.each([
  ['{"jsonrpc":"2.0","id":4,"result":{}}', 4],
  ['{"result":{"id":5,"a":["]}\\""]},"id" : 4 ,"jsonrpc":"2.0"}', 4],
  ['{"note":"id","error":{"code":1},"id":4}', 4],
])('finds the id in %s', (text, id) => {
  expect(findAnswerId(text)).toBe(id)
})

it.each([
  '{"jsonrpc":"2.0","id":4,"method":"ping"}',
  '{"jsonrpc":"2.0","id":"4","result":{}}',
  '{"jsonrpc":"2.0","id":null,"result":{}}',
  '{"result":{"id":4}}',
  '{"a":"\\"id\\":4"}',
  '[[{"id":4}]]',
  '"id":4',
])('finds none in %s', (text) => {
  expect(findAnswerId(text)).toBeUndefined()
})
