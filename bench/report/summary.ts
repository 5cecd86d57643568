import type { Sample } from '../bench.ts'
import { type FigureId, figures } from '../figures.ts'
import { median } from '../statistics.ts'
import type { SubjectName } from '../subjects/subject.ts'

/** One figure of one subject over all rounds. */
export interface Summary {
  readonly subject: SubjectName
  readonly figure: FigureId
  readonly median: number
  /** Medians of what each round's value was to the floor's of that round; undefined of the floor itself and where it has no such figure. */
  readonly ratioToFloor: number | undefined
  readonly aboveFloor: number | undefined
  readonly values: readonly number[]
}

/** Puts the samples of all rounds together, in the order of the figures. */
export function summarize(samples: readonly Sample[]): readonly Summary[] {
  const subjects = [...new Set(samples.map(({ subject }) => subject))]
  return (Object.keys(figures) as FigureId[]).flatMap((figure) => subjects.flatMap((subject) => summarizeOne({ samples, figure, subject })))
}

function summarizeOne({
  samples,
  figure,
  subject,
}: {
  readonly samples: readonly Sample[]
  readonly figure: FigureId
  readonly subject: SubjectName
}): readonly Summary[] {
  const own = samples.flatMap((sample) => {
    const value = sample.figures[figure]
    return sample.subject === subject && value !== undefined ? [{ value, round: sample.round }] : []
  })
  if (own.length === 0) return []
  const pairs = own.flatMap(({ value, round }) => {
    const floor = samples.find((sample) => sample.subject === 'floor' && sample.round === round && sample.figures[figure] !== undefined)
    const base = subject === 'floor' ? undefined : floor?.figures[figure]
    return base === undefined ? [] : [{ value, base }]
  })
  const values = own.map(({ value }) => value)
  return [
    {
      subject,
      figure,
      median: median(values),
      ratioToFloor: pairs.length === 0 ? undefined : median(pairs.map(({ value, base }) => value / base)),
      aboveFloor: pairs.length === 0 ? undefined : median(pairs.map(({ value, base }) => value - base)),
      values,
    },
  ]
}
