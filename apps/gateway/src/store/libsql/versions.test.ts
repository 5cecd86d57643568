import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { brokerVersion } from '@fjmcp-broker/shared/version'
import { describe, expect, test } from 'vitest'
import { backUpToFile } from './backup/back-up.ts'
import { cutWriteShort } from './testing/cut-write-short.ts'
import { executeOn } from './testing/execute.ts'
import { fileLocation } from './testing/file-location.ts'
import { makeGrant } from './testing/grant.ts'
import { openFile, openStoreFile } from './testing/open-file.ts'
import { startProcess } from './testing/process.ts'
import { hashFiles } from './testing/hash-files.ts'
import { createRecordingLog } from './testing/recording-log.ts'
import { addition, type LaterVersion, makeLaterVersion, upheaval } from './testing/schema-of-version.ts'
import { makeTemporaryFolder } from './testing/temporary-folder.ts'

describe('a database that a newer broker has migrated', () => {
  test('is used by an older one that its migrations leave able to, and by the newer one again', async () => {
    const path = join(makeTemporaryFolder(), 'broker.db')
    const { schema } = makeLaterVersion('0.2.0', [addition])
    const newer = await openStoreFile(path, { schema })
    const first = await makeGrant(newer)
    await newer.close()

    const { log, warnings } = createRecordingLog()
    const older = await openStoreFile(path, { log })
    expect(warnings).toEqual([{ event: 'database_is_newer', version: brokerVersion, migratedBy: '0.2.0', unknownMigrations: 1 }])
    expect(await older.accessListing.findGrant(first.id, 1)).toMatchObject({ userId: first.userId, accessLevel: first.accessLevel })
    const second = await makeGrant(older, { sub: '2' })
    await older.close()

    const before = hashFiles(dirname(path))
    const again = await openStoreFile(path, { schema })
    expect(await again.accessListing.findGrant(second.id, 1)).toMatchObject({ userId: second.userId, accessLevel: second.accessLevel })
    await again.close()
    expect(hashFiles(dirname(path))).toEqual(before)
  })

  test('is refused by an older one that cannot go on with it, which names the version to use and touches nothing', async () => {
    const path = join(makeTemporaryFolder(), 'broker.db')
    // A third migration, which older brokers could go on with: the version to use is that of the second.
    const third = { ...addition, tag: '0003_addition', sql: 'alter table users add column age text', since: '0.4.0' }
    const { schema } = makeLaterVersion('0.5.0', [addition, upheaval, third])
    await (await openStoreFile(path, { schema })).close()
    const before = { files: hashFiles(dirname(path)), mtimeNs: statSync(path, { bigint: true }).mtimeNs }
    const detail = `The database ${path} was migrated by the newer broker 0.5.0 in a way that this version, ${brokerVersion}, cannot go on with`
    const remedy = 'Use version 0.3.0 or newer, or restore a backup from before. Nothing was changed.'
    const error = { reason: 'newer_database', detail, remedy, message: `${detail}. ${remedy}` }
    expect(await openFile(path)).toEqual({ ok: false, error })
    expect({ files: hashFiles(dirname(path)), mtimeNs: statSync(path, { bigint: true }).mtimeNs }).toEqual(before)
  })

  test('is refused and not touched, its write-ahead log included, when the newer broker was killed', async () => {
    const path = join(makeTemporaryFolder(), 'broker.db')
    const newer = makeLaterVersion('0.3.0', [addition, upheaval])
    await migrateAndKill(path, newer)
    const before = hashFiles(dirname(path))
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0)
    expect(await openFile(path)).toMatchObject({ ok: false, error: { reason: 'newer_database' } })
    expect(hashFiles(dirname(path))).toEqual(before)
    await (await openStoreFile(path, { schema: newer.schema })).close()
  })

  test('is refused when it does not say who can go on with it', async () => {
    const path = join(makeTemporaryFolder(), 'broker.db')
    const { schema } = makeLaterVersion('0.2.0', [addition])
    await (await openStoreFile(path, { schema })).close()
    await executeOn(path, "delete from facts where name like 'schema_%' or name = 'migrated_by'")
    expect(await openFile(path)).toMatchObject({ ok: false, error: { reason: 'newer_database' } })
  })
})

test('a database without these facts gets them at the next start', async () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  await (await openStoreFile(path)).close()
  const before = hashFiles(dirname(path))
  await executeOn(path, "delete from facts where name like 'schema_%'")
  await (await openStoreFile(path)).close()
  const { schema } = makeLaterVersion('0.2.0', [addition])
  await (await openStoreFile(path, { schema })).close()
  await (await openStoreFile(path)).close()
  expect(Object.keys(hashFiles(dirname(path)))).toEqual(Object.keys(before))
})

test('a refusal for its settings comes before a migration', async () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  const store = await openStoreFile(path)
  await makeGrant(store)
  await store.close()
  const before = hashFiles(dirname(path))
  const { schema } = makeLaterVersion('0.2.0', [addition])
  const refused = await openFile(path, { schema, oauthClientId: 'other' })
  expect(refused).toMatchObject({ ok: false, error: { reason: 'other_client_id' } })
  expect(hashFiles(dirname(path))).toEqual(before)
})

test('it does so too where the first write to a restored backup was cut short', async () => {
  const used = join(makeTemporaryFolder(), 'broker.db')
  const store = await openStoreFile(used)
  await makeGrant(store)
  await store.close()
  const path = join(makeTemporaryFolder(), 'broker.db')
  const { signal: stopping } = new AbortController()
  expect(await backUpToFile({ location: fileLocation(used), path, stopping, nowMs: 1 })).toMatchObject({ ok: true })
  const before = hashFiles(dirname(path))
  await cutWriteShort(path, 'pragma user_version = 7')
  const { schema } = makeLaterVersion('0.2.0', [addition])
  const refused = await openFile(path, { schema, oauthClientId: 'other' })
  expect(refused).toMatchObject({ ok: false, error: { reason: 'other_client_id' } })
  expect(hashFiles(dirname(path))).toEqual(before)
})

test('a migration that fails leaves the database as it was', async () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  await (await openStoreFile(path)).close()
  const { schema } = makeLaterVersion('0.2.0', [addition, { ...addition, tag: '0002_addition' }])
  await expect(openFile(path, { schema })).resolves.toMatchObject({ ok: false, error: { reason: 'unusable' } })
  const { log, warnings } = createRecordingLog()
  await (await openStoreFile(path, { log })).close()
  expect(warnings).toEqual([])
})

async function migrateAndKill(path: string, { folder, version }: LaterVersion): Promise<void> {
  const owner = startProcess(new URL('./testing/keep-migrated.ts', import.meta.url), [path, folder, version])
  expect(await owner.nextLine()).toBe('open')
  owner.kill('SIGKILL')
  await owner.ended
}
