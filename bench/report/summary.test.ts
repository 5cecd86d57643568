import { expect, test } from 'vitest'
import type { Sample } from '../bench.ts'
import type { SubjectName } from '../subjects/subject.ts'
import { summarize } from './summary.ts'

test('ratios are taken round by round, before the median', () => {
  const samples = [
    sample('floor', 1, 100),
    sample('broker', 1, 60),
    // A round in which the machine was slow for both.
    sample('floor', 2, 10),
    sample('broker', 2, 7),
    sample('floor', 3, 200),
    sample('broker', 3, 100),
  ]
  expect(summaryOf(samples, 'broker')).toMatchObject({ median: 60, ratioToFloor: 0.6, aboveFloor: -40, values: [60, 7, 100] })
})

test('the floor has no ratio to itself', () => {
  expect(summaryOf([sample('floor', 1, 100)], 'floor')).toMatchObject({ median: 100, ratioToFloor: undefined, aboveFloor: undefined })
})

test('a round that the floor has no figure of counts for the value alone', () => {
  const samples = [sample('floor', 1, 100), sample('broker', 1, 50), sample('broker', 2, 10)]
  expect(summaryOf(samples, 'broker')).toMatchObject({ median: 30, ratioToFloor: 0.5 })
})

test('who was not measured is not listed', () => {
  expect(summarize([sample('floor', 1, 1)]).map(({ subject }) => subject)).toEqual(['floor'])
})

function sample(subject: SubjectName, round: number, value: number): Sample {
  return { subject, part: 'calls', round, figures: { calls_per_second_50: value } }
}

function summaryOf(samples: readonly Sample[], subject: SubjectName) {
  return summarize(samples).find((summary) => summary.subject === subject)
}
