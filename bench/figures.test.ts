import { expect, test } from 'vitest'
import { type FigureId, figures, titleOf } from './figures.ts'
import { fullSizes, quickSizes } from './sizes.ts'

test('a title says how many there were in this run', () => {
  expect(titleOf('idle_pss', fullSizes)).toBe('10,000 idle sessions, PSS of gateway and runner, MiB')
  expect(titleOf('idle_pss', quickSizes)).toBe('100 idle sessions, PSS of gateway and runner, MiB')
  expect(titleOf('burst_p50', quickSizes)).toBe('20 new sessions at once, p50, ms')
  expect(titleOf('call_p50_at_1000', quickSizes)).toBe('call p50 beside 50 sessions, ms')
})

test('every number of every title is known', () => {
  const titles = (Object.keys(figures) as FigureId[]).map((figure) => titleOf(figure, fullSizes))
  expect(titles.filter((title) => /[{}]|NaN/.test(title))).toEqual([])
})
