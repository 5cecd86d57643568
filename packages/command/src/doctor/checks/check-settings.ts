import { type GatewaySettings, parseGatewaySettings } from '@fjmcp-broker/gateway/config'
import { parseRunnerSettings, type RunnerSettings } from '@fjmcp-broker/runner/config'
import type { Environment, SettingProblem } from '@fjmcp-broker/shared/env'
import type { ReadSecretFile } from '@fjmcp-broker/shared/secret-file'
import { describeQuotedValue, findQuotedValues } from '../../settings/find-quoted-values.ts'
import { describeUnknownSetting, findUnknownSettings } from '../../settings/find-unknown-settings.ts'
import { listSettings } from '../../settings/list-settings.ts'
import { mergeProblems } from '../../settings/merge-problems.ts'
import { type Finding, reportOn } from '../finding.ts'

/** The settings as far as they are right. */
export interface KnownSettings {
  readonly gateway: GatewaySettings
  readonly runner: RunnerSettings
  /** Settings whose value here means nothing: the environment's is missing or wrong. */
  readonly wrong: ReadonlySet<string>
}

/** Parses the settings of both processes and names every problem; the other checks go on with what is right. */
export function checkSettings({
  environment,
  readSecretFile,
}: {
  readonly environment: Environment
  readonly readSecretFile: ReadSecretFile
}): { readonly findings: readonly Finding[]; readonly known: KnownSettings } {
  const report = reportOn('settings')
  const { problems, known } = parseRight({ environment, readSecretFile })
  const settings = listSettings()
  const warnings = [
    ...findUnknownSettings(environment, settings).map(describeUnknownSetting),
    ...findQuotedValues(environment, settings).map(describeQuotedValue),
  ]
  const findings = [
    ...problems.map(({ name, expected }) => report.problem(`${name}: ${expected}`, remedy)),
    ...warnings.map((warning) => report.warning(warning, remedy)),
  ]
  return { findings: findings.length === 0 ? [report.ok('all required ones are there, and each has the right form')] : findings, known }
}

const remedy = 'Mend the env file, such as ~/.config/fjmcp-broker.env, and restart the broker; docs/settings.md describes every setting.'

/** What stands in for a setting that is required, or that another one requires, so that the rest can be parsed. */
const standIns: Environment = {
  FJMCP_BROKER_PUBLIC_URL: 'http://localhost',
  FORGEJO_URL: 'http://localhost',
  FORGEJO_OAUTH_CLIENT_ID: 'absent',
  FORGEJO_OAUTH_CLIENT_SECRET: 'absent',
  FJMCP_BROKER_METRICS_LISTEN: 'localhost:0',
  FJMCP_BROKER_METRICS_TOKEN: 'absent-absent-absent',
}

/** Takes out what is wrong until the rest is right: some problems show only when others are gone. */
function parseRight({ environment, readSecretFile }: { readonly environment: Environment; readonly readSecretFile: ReadSecretFile }): {
  readonly problems: readonly SettingProblem[]
  readonly known: KnownSettings
} {
  const right: Record<string, string | undefined> = { ...environment }
  const wrong = new Set<string>()
  const problems: SettingProblem[] = []
  for (;;) {
    const runner = parseRunnerSettings(right)
    const gateway = parseGatewaySettings(right, readSecretFile)
    if (runner.ok && gateway.ok) return { problems, known: { runner: runner.value, gateway: gateway.value, wrong } }
    const found = mergeProblems(runner.ok ? [] : runner.error, gateway.ok ? [] : gateway.error)
    const names = found.map(({ name }) => name.replace(/_FILE$/, ''))
    if (names.every((name) => wrong.has(name))) throw new Error(`without them they are still wrong: ${names.join(', ')}`)
    problems.push(...found)
    for (const name of names) {
      wrong.add(name)
      right[name] = standIns[name]
      right[`${name}_FILE`] = undefined
    }
  }
}
