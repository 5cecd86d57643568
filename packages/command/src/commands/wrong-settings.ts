import { describeProblems } from '@fjmcp-broker/shared/describe-problems'
import type { SettingProblem } from '@fjmcp-broker/shared/env'
import type { Failure } from '../reply.ts'

/** The failure of a command whose settings are missing or wrong. */
export function wrongSettings(problems: readonly SettingProblem[]): Failure {
  return { reason: 'wrong_settings', message: describeProblems(problems, 'These settings are missing or wrong:') }
}
