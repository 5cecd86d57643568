import type { Environment } from '@fjmcp-broker/shared/env'
import type { Setting } from '../settings/list-settings.ts'
import { masked } from '../settings/mask.ts'
import type { Finding } from './finding.ts'

/** Shorter ones would hide ordinary words, and are no secrets. */
const fewestCharacters = 5

/**
 * Makes a function that takes secrets out of findings, whatever brought them there: an error's text, an answer, a URL.
 *
 * @param read Secrets that were read from elsewhere than the environment.
 */
export function createRedaction({
  environment,
  settings,
  read,
}: {
  readonly environment: Environment
  readonly settings: readonly Setting[]
  readonly read: readonly (string | undefined)[]
}): (finding: Finding) => Finding {
  const secrets = [
    ...read,
    ...settings.filter(({ secret }) => secret).map(({ name }) => environment[name]),
    ...settings.flatMap(({ name }) => listPasswords(environment[name] ?? '')),
  ]
  const known = secrets.filter((secret) => secret !== undefined).filter((secret) => secret.length >= fewestCharacters)
  // The longest first: one may be a part of another.
  const spellings = [...new Set(known.flatMap(spell))].sort((one, other) => other.length - one.length)
  const clean = (text: string): string => spellings.reduce((cleaned, spelling) => cleaned.replaceAll(spelling, masked), text)
  return (finding) => ({
    ...finding,
    detail: clean(finding.detail),
    ...('remedy' in finding ? { remedy: clean(finding.remedy) } : {}),
  })
}

/** What is secret in a URL: its password, and whatever its query carries. */
function listPasswords(value: string): readonly string[] {
  return value.split(/\s+/).flatMap((word) => {
    const url = URL.parse(word)
    return url === null ? [] : [url.password].concat([...url.searchParams.values()])
  })
}

function spell(secret: string): readonly string[] {
  return [secret, encodeURIComponent(secret)]
}
