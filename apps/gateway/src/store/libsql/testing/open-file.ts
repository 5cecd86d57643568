import { pathToFileURL } from 'node:url'
import { createNewId } from '@fjmcp-broker/shared/id'
import { type Log, silentLog } from '@fjmcp-broker/shared/log'
import type { Store } from '../../store.ts'
import { type BrokerSchema, readBrokerSchema } from '../known-migrations.ts'
import { openStore } from '../open-store.ts'
import { createTestSealer, type TestKeys } from './sealer.ts'

/** Opens a file as the broker of one Forgejo would; what is given differs from that. */
export async function openFile(
  path: string,
  {
    forgejoOrigin = 'https://forgejo.test',
    oauthClientId = 'application',
    schema = readBrokerSchema(),
    log = silentLog,
    ...keys
  }: TestKeys & {
    readonly forgejoOrigin?: string
    readonly oauthClientId?: string
    readonly schema?: BrokerSchema
    readonly log?: Log
  } = {},
) {
  return openStore({
    databaseUrl: pathToFileURL(path).href,
    forgejoOrigin,
    oauthClientId,
    sealer: await createTestSealer(keys),
    newId: createNewId(() => 1),
    log,
    schema,
  })
}

/** Opens a file that has to be opened. */
export async function openStoreFile(path: string, options?: Parameters<typeof openFile>[1]): Promise<Store> {
  const opened = await openFile(path, options)
  if (opened.ok) return opened.value
  throw new Error(opened.error.message)
}
