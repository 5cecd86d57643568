import type { Clock } from '@fjmcp-broker/shared/clock'
import { createNewId } from '@fjmcp-broker/shared/id'
import { silentLog } from '@fjmcp-broker/shared/log'
import { openStore } from './libsql/open-store.ts'
import { createSealer } from './sealing.ts'
import type { Store } from './store.ts'

/** The real store on a database in memory, for tests and for working on the gateway: it ends with the process. */
export async function openMemoryStore(clock: Clock): Promise<Store> {
  const opened = await openStore({
    databaseUrl: ':memory:',
    forgejoOrigin: 'https://forgejo.test',
    oauthClientId: 'client',
    sealer: await createSealer([{ name: 'client secret', secret: 'secret' }]),
    newId: createNewId(clock),
    log: silentLog,
  })
  if (opened.ok) return opened.value
  throw new Error(opened.error.message)
}
