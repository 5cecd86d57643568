import type { SettingProblem } from './env.ts'

/** Tells the operator every setting that is missing or wrong, one a line, below a line that says what follows from it. */
export function describeProblems(
  problems: readonly SettingProblem[],
  firstLine = 'fjmcp-broker cannot start, these settings are missing or wrong:',
): string {
  const lines = problems.map(({ name, expected }) => `  ${name}: ${expected}`)
  return [firstLine, ...lines, 'docs/settings.md describes them all.'].join('\n')
}
