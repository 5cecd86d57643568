import { type FigureId, figures, titleOf } from '../figures.ts'
import type { Sizes } from '../sizes.ts'
import { subjectNames } from '../subjects/subject.ts'
import type { Target } from '../targets.ts'
import { judgeTarget, type Verdict } from './judge-target.ts'
import type { Summary } from './summary.ts'

/** All figures as a Markdown table: medians, and in brackets the ratio to the floor of the same round. */
export function writeTable(summaries: readonly Summary[], sizes: Sizes): string {
  const subjects = subjectNames.filter((name) => summaries.some(({ subject }) => subject === name))
  const measured = (Object.keys(figures) as FigureId[]).filter((figure) => summaries.some((summary) => summary.figure === figure))
  const lines = measured.map((figure) =>
    [titleOf(figure, sizes)].concat(
      subjects.map((subject) => writeCell(summaries.find((summary) => summary.figure === figure && summary.subject === subject))),
    ),
  )
  return writeRows([['', ...subjects], ['---', ...subjects.map(() => '---:')], ...lines])
}

/** What the broker is held to, and whether it is reached. */
export function writeVerdicts({
  targets,
  summaries,
  sizes,
}: {
  readonly targets: readonly Target[]
  readonly summaries: readonly Summary[]
  readonly sizes: Sizes
}): string {
  const lines = targets.map((target) => [
    `${titleOf(target.figure, sizes)}${ofWhat[target.of]}`,
    target.kind === 'binding' ? 'binding' : 'to win',
    'atMost' in target.bound ? `at most ${target.bound.atMost}` : `at least ${target.bound.atLeast}`,
    ...writeVerdict(judgeTarget(target, summaries)),
  ])
  return writeRows([['target', 'kind', 'bound', 'measured', ''], ['---', '---', '---', '---:', '---'], ...lines])
}

const ofWhat = { value: '', ratio_to_floor: ', to the floor', above_floor: ', above the floor' } as const

function writeVerdict(verdict: Verdict): readonly [measured: string, judgement: string] {
  switch (verdict.state) {
    case 'not_measured':
      return ['', 'not measured']
    case 'reached':
      return [writeNumber(verdict.value), 'reached']
    case 'missed':
      return [
        writeNumber(verdict.value),
        `**not reached**, by ${verdict.byShare === undefined ? writeNumber(verdict.by) : `${Math.ceil(verdict.byShare * 100)} %`}`,
      ]
  }
}

function writeCell(summary: Summary | undefined): string {
  if (summary === undefined) return ''
  const ratio = summary.ratioToFloor
  return `${writeNumber(summary.median)}${ratio === undefined || !Number.isFinite(ratio) ? '' : ` (${ratio.toFixed(2)})`}`
}

function writeNumber(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return Number.isInteger(value) ? String(value) : value.toFixed(digits)
}

function writeRows(rows: readonly (readonly string[])[]): string {
  return `${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`
}
