import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { BrokerIdentity } from './broker-identity.ts'
import type { Database } from './connection.ts'
import type { DatabaseState } from './database-state.ts'
import { type Facts, readFacts, writeFacts } from './facts.ts'
import { findMissingKeyRefusal } from './missing-keys.ts'
import { explain, type StoreRefusal } from './refusal.ts'
import { users } from './schema.ts'

/**
 * Records whom a database belongs to, and refuses anybody else once somebody has signed in: users are known by Forgejo's numbers, which
 * mean other people elsewhere, and tokens belong to the application that got them. Until then a mistake in the settings binds nobody.
 *
 * @param name What the database is called in messages.
 */
export async function claimDatabase({
  db,
  name,
  identity,
}: {
  readonly db: Database
  readonly name: string
  readonly identity: BrokerIdentity
}): Promise<Result<undefined, StoreRefusal>> {
  const known = await readFacts(db)
  const refusal = findOtherOwner({ known, name, identity, lastResort: moveAside(name) })
  const { forgejoOrigin, oauthClientId, sealer } = identity
  if (known.forgejo_origin === undefined || (refusal !== undefined && (await db.$count(users)) === 0)) {
    await writeFacts(db, [
      { name: 'forgejo_origin', value: forgejoOrigin },
      { name: 'oauth_client_id', value: oauthClientId },
      { name: 'sealing_key_id', value: sealer.keys[0].id },
    ])
    return ok(undefined)
  }
  return refusal === undefined ? ok(undefined) : err(refusal)
}

/**
 * Says whether a broker's database is used with these settings, and whether all that is needed of it can be opened, without changing it.
 *
 * @param name What the database is called in messages.
 * @param lastResort What to do where the settings are right.
 */
export function checkIdentity({
  state,
  name,
  identity,
  lastResort = moveAside(name),
}: {
  readonly state: Pick<DatabaseState, 'facts' | 'hasUsers' | 'keyUses'>
  readonly name: string
  readonly identity: BrokerIdentity
  readonly lastResort?: string
}): Result<undefined, StoreRefusal> {
  if (!state.hasUsers) return ok(undefined)
  const { keys } = identity.sealer
  const refusal =
    findOtherOwner({ known: state.facts, name, identity, lastResort }) ??
    findMissingKeyRefusal({ keys, uses: state.keyUses, name, lastResort })
  return refusal === undefined ? ok(undefined) : err(refusal)
}

function findOtherOwner({
  known,
  name,
  identity: { forgejoOrigin, oauthClientId },
  lastResort,
}: {
  readonly known: Facts
  readonly name: string
  readonly identity: BrokerIdentity
  readonly lastResort: string
}): StoreRefusal | undefined {
  if (isOther(known.forgejo_origin, forgejoOrigin)) {
    const detail = `The database ${name} belongs to the Forgejo at ${known.forgejo_origin}, and FORGEJO_URL is ${forgejoOrigin}`
    return explain({ reason: 'other_forgejo', detail, remedy: `Set it back, or ${lastResort}.` })
  }
  if (isOther(known.oauth_client_id, oauthClientId)) {
    const detail = `The database ${name} belongs to the OAuth2 application ${known.oauth_client_id}, and FORGEJO_OAUTH_CLIENT_ID is ${oauthClientId}`
    return explain({ reason: 'other_client_id', detail, remedy: `Set it back, or ${lastResort}.` })
  }
}

function moveAside(name: string): string {
  return `move ${name} aside (clients register again, users sign in again)`
}

function isOther(recorded: string | undefined, given: string): boolean {
  return recorded !== undefined && recorded !== given
}
