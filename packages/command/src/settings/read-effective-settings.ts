import { parseGatewaySettings } from '@fjmcp-broker/gateway/config'
import { parseRunnerSettings } from '@fjmcp-broker/runner/config'
import type { Environment, SettingProblem } from '@fjmcp-broker/shared/env'
import { type ReadSecretFile, takeSecret } from '@fjmcp-broker/shared/secret-file'
import { findQuotedValues, type QuotedValue } from './find-quoted-values.ts'
import { findUnknownSettings, type UnknownSetting } from './find-unknown-settings.ts'
import { imageDefaults } from './image-defaults.ts'
import { listSettings, type Setting } from './list-settings.ts'
import { masked, maskPasswords } from './mask.ts'
import { mergeProblems } from './merge-problems.ts'

/** What a setting comes to in an environment; never what a secret is. */
export interface EffectiveSetting {
  readonly name: string
  /** As it would be written, secrets and passwords masked; absent where there is none, or it cannot be read. */
  readonly value?: string | undefined
  /** `image`: the environment has what the image sets there. */
  readonly source: 'environment' | 'image' | 'file' | 'default' | 'none'
  /** The file it comes from. */
  readonly file?: string | undefined
}

export interface EffectiveSettings {
  readonly settings: readonly EffectiveSetting[]
  /** What is missing or wrong: with any, the broker does not start. */
  readonly problems: readonly SettingProblem[]
  /** What looks like a setting and is none. */
  readonly unknown: readonly UnknownSetting[]
  /** What seems to be meant for a shell. */
  readonly quoted: readonly QuotedValue[]
}

/** What settings are read from. */
export interface SettingSources {
  readonly environment: Environment
  readonly readSecretFile: ReadSecretFile
  /** Whether this is the program of the image. */
  readonly isImage: boolean
}

/** Finds out what every setting of the broker comes to, and what is wrong. */
export function readEffectiveSettings(sources: SettingSources): EffectiveSettings {
  const { environment, readSecretFile } = sources
  const settings = listSettings()
  const parsed = [parseGatewaySettings(environment, readSecretFile), parseRunnerSettings(environment)]
  return {
    settings: settings.map((setting) => readOne(setting, sources)),
    problems: mergeProblems(...parsed.map((outcome) => (outcome.ok ? [] : outcome.error))),
    unknown: findUnknownSettings(environment, settings),
    quoted: findQuotedValues(environment, settings),
  }
}

function readOne(setting: Setting, { environment, readSecretFile, isImage }: SettingSources): EffectiveSetting {
  const { name, standard, secret, fromFile } = setting
  const show = (value: string): string => (secret ? masked : maskPasswords(value))
  // An empty one counts as absent.
  const given = environment[name] || undefined
  const file = (fromFile && environment[`${name}_FILE`]) || undefined
  if (given !== undefined) {
    return { name, value: show(given), source: isImage && given === imageDefaults.get(name) ? 'image' : 'environment' }
  }
  if (file !== undefined) {
    const taken = takeSecret(readSecretFile(file))
    return { name, value: taken.ok ? show(taken.value) : undefined, source: 'file', file }
  }
  return standard === undefined ? { name, source: 'none' } : { name, value: standard, source: 'default' }
}
