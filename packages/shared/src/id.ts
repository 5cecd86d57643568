import { ulid } from 'ulid'
import type { Clock } from './clock.ts'

/** `usr` user, `cli` registered client, `gra` grant, `ses` session, `sig` sign-in under way, `fam` token family, `aud` audit event. */
export type IdPrefix = 'usr' | 'cli' | 'gra' | 'ses' | 'sig' | 'fam' | 'aud'

/** Makes an identifier that sorts by the time of its making, such as `gra_01J…`. Unguessable enough to name, not to authorize. */
export type NewId = (prefix: IdPrefix) => string

export function createNewId(clock: Clock): NewId {
  return (prefix) => `${prefix}_${ulid(clock())}`
}
