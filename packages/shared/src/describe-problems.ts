import type { SettingProblem } from './env.ts'

/** Tells the operator every setting that is missing or wrong, one a line. */
export function describeProblems(problems: readonly SettingProblem[]): string {
  const lines = problems.map(({ name, expected }) => `  ${name}: ${expected}`)
  return ['fjmcp-broker cannot start, these settings are missing or wrong:', ...lines, 'docs/settings.md describes them all.'].join('\n')
}
