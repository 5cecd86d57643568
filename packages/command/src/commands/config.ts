import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { type Reply, toJson } from '../reply.ts'
import { describeQuotedValue } from '../settings/find-quoted-values.ts'
import { describeUnknownSetting } from '../settings/find-unknown-settings.ts'
import { type EffectiveSetting, readEffectiveSettings, type SettingSources } from '../settings/read-effective-settings.ts'
import { wrongSettings } from './wrong-settings.ts'

/**
 * Shows what every setting comes to in this environment and where it is from, secrets masked; returns the exit code: 0, or 78 where one is
 * missing or wrong.
 */
export function config({ json, print, complain, ...sources }: Reply & SettingSources): number {
  const effective = readEffectiveSettings(sources)
  const { settings, problems, unknown, quoted } = effective
  const code = problems.length === 0 ? 0 : exitCode.configuration
  if (json) print(toJson(code, effective))
  else {
    print(tabulate(settings))
    const warnings = [...unknown.map(describeUnknownSetting), ...quoted.map(describeQuotedValue)]
    for (const warning of warnings) complain(`warning: ${warning}`)
    if (problems.length > 0) complain(wrongSettings(problems).message)
  }
  return code
}

function tabulate(settings: readonly EffectiveSetting[]): string {
  const rows = [['setting', 'from', 'value'], ...settings.map((setting) => [setting.name, sourceWords[setting.source], describe(setting)])]
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const sourceWords = { environment: 'environment', image: 'image', file: 'file', default: 'default', none: 'not set' } as const

function describe({ value, file }: EffectiveSetting): string {
  if (value === '') return '(empty)'
  return file === undefined ? (value ?? '') : `${value ?? ''} (${file})`.trimStart()
}
