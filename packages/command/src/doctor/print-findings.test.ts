import { expect, test } from 'vitest'
import { reportOn } from './finding.ts'
import { printFindings } from './print-findings.ts'

test('lines findings up, with what to do below', () => {
  const text = printFindings([
    reportOn('settings').problem('A: wrong', 'Mend it.'),
    reportOn('settings').problem('B: wrong', 'Mend it.'),
    reportOn('mcp-endpoint').ok('well'),
    reportOn('clock').warning('late', 'Set it.'),
    reportOn('key').skipped('no database'),
  ])
  expect(text).toBe(
    [
      '!!  settings      A: wrong',
      '!!  settings      B: wrong',
      '                  > Mend it.',
      'ok  mcp-endpoint  well',
      '!   clock         late',
      '                  > Set it.',
      '--  key           no database',
      '',
      '2 problems and 1 warning found; what to do about each stands below it.',
    ].join('\n'),
  )
})

test('gives each thing that may help a line of its own', () => {
  const lines = printFindings([reportOn('key').problem('missing', 'Give the one.\nGive the other.')]).split('\n')
  expect(lines.slice(0, 3)).toEqual(['!!  key  missing', '         > Give the one.', '         > Give the other.'])
})

test('says so when nothing is wrong', () => {
  expect(printFindings([reportOn('clock').ok('well')])).toBe('ok  clock  well\n\nNo problems found.')
})
