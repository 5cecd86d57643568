import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { setApplicationMark } from './application-mark.ts'
import { cutWriteShort } from './testing/cut-write-short.ts'
import { executeOn } from './testing/execute.ts'
import { makeGrant } from './testing/grant.ts'
import { openStoreFile } from './testing/open-file.ts'
import { makeTemporaryFolder } from './testing/temporary-folder.ts'

test('makes folder and files for our eyes only', async () => {
  const folder = join(makeTemporaryFolder(), 'deep', 'data')
  const store = await openStoreFile(join(folder, 'broker.db'))
  await store.check()
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(statSync(join(folder, 'broker.db')).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder, 'broker.db-wal')).mode & 0o777).toBe(0o600)
  for (const lock of ['broker.lock', 'broker.lock-journal']) expect(statSync(join(folder, lock)).mode & 0o777).toBe(0o600)
  await store.close()
})

test('writes nothing to a database that is migrated already', async () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  await (await openStoreFile(path)).close()
  const before = { bytes: readFileSync(path), mtimeNs: statSync(path, { bigint: true }).mtimeNs }
  await (await openStoreFile(path)).close()
  expect(readFileSync(path).equals(before.bytes)).toBe(true)
  expect(statSync(path, { bigint: true }).mtimeNs).toBe(before.mtimeNs)
})

test('finds again what was stored before the database was closed', async () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  const first = await openStoreFile(path)
  const grant = await makeGrant(first)
  await first.close()
  const second = await openStoreFile(path)
  expect(await second.accessListing.findGrant(grant.id, 1)).toMatchObject({ userId: grant.userId, accessLevel: grant.accessLevel })
  expect(await second.credentials.find(grant.userId)).toMatchObject({ accessToken: 'access of 1', refreshToken: 'refresh of 1' })
  await second.close()
})

test('goes on with a file that was marked and not migrated, as after a power failure', async () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  await executeOn(path, setApplicationMark)
  const store = await openStoreFile(path)
  expect(await store.forgejoVersion()).toBeUndefined()
  await store.close()
})

test('is still ours after its very first write was cut short', async () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  await cutWriteShort(path, setApplicationMark)
  await (await openStoreFile(path)).close()
  const store = await openStoreFile(path)
  expect(await store.forgejoVersion()).toBeUndefined()
  await store.close()
})

test('takes a path with characters that mean something in a URL', async () => {
  const path = join(makeTemporaryFolder(), 'a b%20#?.db')
  await (await openStoreFile(path)).close()
  expect(existsSync(path)).toBe(true)
})

test('leaves everything in the one file when it is closed', async () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  const store = await openStoreFile(path)
  await store.setForgejoVersion('15.0.3')
  await store.close()
  expect(readFileSync(path).includes('15.0.3')).toBe(true)
  const log = `${path}-wal`
  expect(existsSync(log) ? statSync(log).size : 0).toBe(0)
})

test('can be closed twice, and fails afterwards', async () => {
  const store = await openStoreFile(join(makeTemporaryFolder(), 'broker.db'))
  await store.close()
  await store.close()
  await expect(store.check()).rejects.toThrow('CLIENT_CLOSED')
})
