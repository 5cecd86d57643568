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
    .filter((name) => /^(FJMCP_BROKER|FORGEJO)_/.test(name) && !known.includes(name) && !ofCaddy.has(name))
    .sort()
    .map((name) => ({ name, closest: guess(name, known) ?? guess(name.replace(/_FILE$/, ''), known) }))
}

/** What deploy/caddy/Caddyfile takes from the environment. */
const ofCaddy: ReadonlySet<string> = new Set(['FJMCP_BROKER_SITE', 'FJMCP_BROKER_UPSTREAM'])

/** By the whole name, then by what stands behind the prefix, of which there are several to mistake for each other. */
function guess(name: string, known: readonly string[]): string | undefined {
  const bare = new Map(known.map((one) => [withoutPrefix(one), one]))
  const text = withoutPrefix(name)
  return (
    findClosest({ text: name, candidates: known, most: 2 }) ??
    bare.get(findClosest({ text, candidates: [...bare.keys()], most: text.length / 3 }) ?? '')
  )
}

function withoutPrefix(name: string): string {
  return name.replace(/^(FJMCP_BROKER_|FORGEJO_|OAUTH_)+/, '')
}

/** Tells the operator of such a variable. */
export function describeUnknownSetting({ name, closest }: UnknownSetting): string {
  return `${name} is set, but there is no such setting${closest === undefined ? '' : `; is ${closest} meant?`}`
}
