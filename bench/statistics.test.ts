import { expect, test } from 'vitest'
import { median, quantile } from './statistics.ts'

test('the median is the middle value, whatever the order', () => {
  expect(median([9, 1, 5])).toBe(5)
})

test('the median of an even number of values lies between the middle two', () => {
  expect(median([1, 9, 2, 4])).toBe(3)
})

test('a quantile is a value that was measured', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index)
  expect(quantile(values, 0.5)).toBe(100)
  expect(quantile(values, 0.99)).toBe(198)
  expect(quantile(values, 1)).toBe(200)
})

test('the quantile of few values is not beyond them', () => {
  expect(quantile([7], 0.99)).toBe(7)
  expect(quantile([3, 8], 0)).toBe(3)
})

test('of nothing there is no figure', () => {
  expect(median([])).toBeNaN()
  expect(quantile([], 0.5)).toBeNaN()
})
