import { expect, test } from 'vitest'
import { describeError } from './describe-error.ts'

test('names an error and its causes with their codes, and says where they came from', () => {
  const cause = Object.assign(new RangeError('inner'), { code: 'ERR_INNER' })
  const { reason, stack } = describeError(new Error('outer', { cause }))
  expect(reason).toBe('Error: RangeError ERR_INNER')
  expect(stack).toMatch(/^Error\n {4}at .*describe-error\.test\.ts.*\nRangeError ERR_INNER\n {4}at .*describe-error\.test\.ts/s)
})

test('names a class that did not name itself', () => {
  class OfALibrary extends Error {}
  expect(describeError(new OfALibrary('m')).reason).toBe('OfALibrary')
})

test.each(['secret', 'two lines\nsecret', 'a frame\n    at secret (secret:1:1)'])('says nothing of the message %j', (message) => {
  const error = new Error('outer secret', { cause: new TypeError(message) })
  expect(JSON.stringify(describeError(error))).not.toContain('secret')
})

test('describes what is no error by its type alone', () => {
  expect(describeError('secret')).toEqual({ reason: 'string', stack: 'string' })
})

test('ends where causes go in a circle', () => {
  const error = new Error('one')
  error.cause = error
  expect(describeError(error).reason).toMatch(/^Error(: Error){7}$/)
})
