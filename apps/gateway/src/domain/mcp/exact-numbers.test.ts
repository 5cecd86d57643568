import { expect, test } from 'vitest'
import { hasExactNumbers } from './exact-numbers.ts'

test.each(['9007199254740993', '-9007199254740993', '1e400', '{"a":[0,{"b":1e300}]}'])(
  'what was written in %s may have been another',
  (text) => {
    expect(hasExactNumbers(JSON.parse(text))).toBe(false)
  },
)

test.each(['9007199254740991', '0.1', '-0', 'null', '{"a":[1.5,"9007199254740993",null,{}]}'])('%s is what it says', (text) => {
  expect(hasExactNumbers(JSON.parse(text))).toBe(true)
})
