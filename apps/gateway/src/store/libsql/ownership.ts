import type { Log } from '@fjmcp-broker/shared/log'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { BrokerIdentity } from './broker-identity.ts'
import type { Database } from './connection.ts'
import type { DatabaseState } from './database-state.ts'
import { type Facts, readFacts, writeFacts } from './facts.ts'
import { explain, type StoreRefusal } from './refusal.ts'
import { resealCredentials } from './reseal.ts'
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
  log,
}: {
  readonly db: Database
  readonly name: string
  readonly identity: BrokerIdentity
  readonly log: Log
}): Promise<Result<undefined, StoreRefusal>> {
  const known = await readFacts(db)
  const refusal = findRefusal({ known, name, identity })
  const { forgejoOrigin, oauthClientId, sealer } = identity
  if (known.forgejo_origin === undefined || (refusal !== undefined && (await db.$count(users)) === 0)) {
    await writeFacts(db, [
      { name: 'forgejo_origin', value: forgejoOrigin },
      { name: 'oauth_client_id', value: oauthClientId },
      { name: 'sealing_key_id', value: sealer.keyId },
    ])
    return ok(undefined)
  }
  if (refusal !== undefined) return err(refusal)
  if (known.sealing_key_id !== sealer.keyId) await resealCredentials({ db, sealer, log })
  return ok(undefined)
}

/**
 * Says whether a broker's database is used with these settings, without changing it.
 *
 * @param name What the database is called in messages.
 * @param remedy What to do where the settings are right.
 */
export function checkIdentity({
  state,
  name,
  identity,
  remedy,
}: {
  readonly state: Pick<DatabaseState, 'facts' | 'hasUsers'>
  readonly name: string
  readonly identity: BrokerIdentity
  readonly remedy?: string
}): Result<undefined, StoreRefusal> {
  const refusal = state.hasUsers ? findRefusal({ known: state.facts, name, identity, remedy }) : undefined
  return refusal === undefined ? ok(undefined) : err(refusal)
}

function findRefusal({
  known,
  name,
  identity,
  remedy = `move ${name} aside (clients register again, users sign in again)`,
}: {
  readonly known: Facts
  readonly name: string
  readonly identity: BrokerIdentity
  readonly remedy?: string | undefined
}): StoreRefusal | undefined {
  const { forgejoOrigin, oauthClientId, sealer } = identity
  if (isOther(known.forgejo_origin, [forgejoOrigin])) {
    const detail = `The database ${name} belongs to the Forgejo at ${known.forgejo_origin}, and FORGEJO_URL is ${forgejoOrigin}`
    return explain({ reason: 'other_forgejo', detail, remedy: `Set it back, or ${remedy}.` })
  }
  if (isOther(known.oauth_client_id, [oauthClientId])) {
    const detail = `The database ${name} belongs to the OAuth2 application ${known.oauth_client_id}, and FORGEJO_OAUTH_CLIENT_ID is ${oauthClientId}`
    return explain({ reason: 'other_client_id', detail, remedy: `Set it back, or ${remedy}.` })
  }
  if (isOther(known.sealing_key_id, sealer.keyIds)) {
    const detail = `The OAuth client secret is not the one that the tokens in ${name} are sealed with (key ${known.sealing_key_id}, given ${sealer.keyIds.join(' and ')})`
    return explain({
      reason: 'other_secret',
      detail,
      remedy: `Give the former secret in FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS for one start, or ${remedy}.`,
    })
  }
}

function isOther(recorded: string | undefined, given: readonly string[]): boolean {
  return recorded !== undefined && !given.includes(recorded)
}
