import type { SettingProblem } from '@fjmcp-broker/shared/env'

/** Both processes read some settings; what is wrong with one is told once. */
export function mergeProblems(...lists: readonly (readonly SettingProblem[])[]): readonly SettingProblem[] {
  return [...new Map(lists.flat().map((problem) => [`${problem.name} ${problem.expected}`, problem])).values()]
}
