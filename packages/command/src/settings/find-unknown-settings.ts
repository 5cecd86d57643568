import type { Environment } from '@fjmcp-broker/shared/env'
import { findClosest } from './find-closest.ts'
import type { Setting } from './list-settings.ts'

/** A variable that looks like a setting of ours and is none: a typo, most likely. */
export interface UnknownSetting {
  readonly name: string
  /** The setting that may be meant. */
  readonly closest?: string | undefined
}

/** Finds the variables that are named like our settings, by their first letters, and are none. */
export function findUnknownSettings(environment: Environment, settings: readonly Setting[]): readonly UnknownSetting[] {
  const known = settings.flatMap(({ name, fromFile }) => (fromFile ? [name, `${name}_FILE`] : [name]))
  return Object.keys(environment)
    .filter((name) => /^(FJMCP_BROKER|FORGEJO)_/.test(name) && !known.includes(name))
    .sort()
    .map((name) => ({ name, closest: findClosest(name, known) }))
}

/** Tells the operator of such a variable. */
export function describeUnknownSetting({ name, closest }: UnknownSetting): string {
  return `${name} is set, but there is no such setting${closest === undefined ? '' : `; is ${closest} meant?`}`
}
