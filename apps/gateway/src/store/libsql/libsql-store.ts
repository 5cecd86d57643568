import { describeError } from '@fjmcp-broker/shared/describe-error'
import type { NewId } from '@fjmcp-broker/shared/id'
import type { Log } from '@fjmcp-broker/shared/log'
import type { Sealer } from '../sealing.ts'
import type { Store } from '../store.ts'
import { createAuditStore } from './audit-events.ts'
import { createAccessListing } from './access-listing.ts'
import { createAccessStore } from './access.ts'
import { createClientStore } from './clients.ts'
import { checkpoint, type Database } from './connection.ts'
import { createCredentialStore } from './credentials.ts'
import { readFacts, writeFacts } from './facts.ts'
import { withStoreFailures } from './failures.ts'
import { createGrantStore } from './grants.ts'
import { purgeExpired } from './purge.ts'
import { createKeyStore } from './keys.ts'
import { createSessionListing } from './session-listing.ts'
import { createSessionStore } from './sessions.ts'
import { createSignInStore } from './sign-ins.ts'
import { createTokenStore } from './tokens.ts'
import { createUserStore } from './users.ts'

/**
 * The store on an opened and migrated database.
 *
 * @param release Called once, after the database is closed.
 */
export function createLibsqlStore({
  db,
  sealer,
  newId,
  log,
  release,
}: {
  readonly db: Database
  readonly sealer: Sealer
  readonly newId: NewId
  readonly log: Log
  readonly release: () => Promise<void>
}): Store {
  return withStoreFailures<Store>({
    clients: withStoreFailures(createClientStore(db)),
    signIns: withStoreFailures(createSignInStore({ db, sealer, log })),
    users: withStoreFailures(createUserStore(db, newId)),
    credentials: withStoreFailures(createCredentialStore({ db, sealer })),
    keys: withStoreFailures(createKeyStore({ db, sealer, log })),
    grants: withStoreFailures(createGrantStore(db, newId)),
    tokens: withStoreFailures(createTokenStore(db)),
    sessions: withStoreFailures(createSessionStore(db)),
    sessionListing: withStoreFailures(createSessionListing(db)),
    access: withStoreFailures(createAccessStore(db)),
    accessListing: withStoreFailures(createAccessListing(db)),
    auditEvents: withStoreFailures(createAuditStore(db)),
    async forgejoVersion() {
      const facts = await readFacts(db)
      return facts.forgejo_version
    },
    async setForgejoVersion(version) {
      await writeFacts(db, [{ name: 'forgejo_version', value: version }])
    },
    async check() {
      await readFacts(db)
    },
    purge: (nowMs) => purgeExpired(db, nowMs),
    async close() {
      if (db.$client.closed) return
      try {
        await checkpoint(db)
      } catch (error) {
        // Nothing is lost: the write-ahead log is on the disk, and the next start goes on with it.
        log.warn('checkpoint_failed', describeError(error))
      } finally {
        db.$client.close()
        await release()
      }
    },
  })
}
