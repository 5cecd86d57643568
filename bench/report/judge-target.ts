import type { Target } from '../targets.ts'
import type { Summary } from './summary.ts'

/** Whether a target is reached; `missedBy` is a share of the bound where there is one to speak of, else the difference. */
export type Verdict =
  | { readonly state: 'not_measured' }
  | { readonly state: 'reached'; readonly value: number }
  | { readonly state: 'missed'; readonly value: number; readonly by: number; readonly byShare: number | undefined }

/** Holds the broker's figures to a target. */
export function judgeTarget(target: Target, summaries: readonly Summary[]): Verdict {
  const summary = summaries.find(({ subject, figure }) => subject === 'broker' && figure === target.figure)
  const value = summary === undefined ? undefined : valueFor(target, summary)
  // A figure that came out as no number was not measured, whatever the comparison would say.
  if (value === undefined || Number.isNaN(value)) return { state: 'not_measured' }
  const { bound } = target
  const by = 'atMost' in bound ? value - bound.atMost : bound.atLeast - value
  if (by <= 0) return { state: 'reached', value }
  const limit = 'atMost' in bound ? bound.atMost : bound.atLeast
  return { state: 'missed', value, by, byShare: limit === 0 ? undefined : by / limit }
}

function valueFor(target: Target, summary: Summary): number | undefined {
  switch (target.of) {
    case 'value':
      return summary.median
    case 'ratio_to_floor':
      return summary.ratioToFloor
    case 'above_floor':
      return summary.aboveFloor
  }
}
