import { createNewId } from '@fjmcp-broker/shared/id'
import { LibsqlError } from '@libsql/client/sqlite3'
import { expect, test } from 'vitest'
import { createLibsqlStore } from './libsql-store.ts'
import { openTestDatabase } from './testing/database.ts'
import { createRecordingLog } from './testing/recording-log.ts'
import { createTestSealer } from './testing/sealer.ts'

test('is closed and released although the disk has no room to move the write-ahead log into the file', async () => {
  const { db } = await openTestDatabase()
  const { log, warnings } = createRecordingLog()
  let releases = 0
  const release = async (): Promise<void> => void (releases += 1)
  const store = createLibsqlStore({ db, sealer: await createTestSealer(), newId: createNewId(() => 1), log, release })
  db.$client.execute = () => Promise.reject(new LibsqlError('database or disk is full', 'SQLITE_FULL'))
  await store.close()
  await store.close()
  expect({ isClosed: db.$client.closed, releases }).toEqual({ isClosed: true, releases: 1 })
  expect(warnings).toEqual([expect.objectContaining({ event: 'checkpoint_failed', reason: 'LibsqlError SQLITE_FULL' })])
})
