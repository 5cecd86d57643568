import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readBrokerSchema } from '../known-migrations.ts'
import { alterations } from '../testing/alterations.ts'
import { executeOn } from '../testing/execute.ts'
import { makeGrant } from '../testing/grant.ts'
import { openStoreFile } from '../testing/open-file.ts'
import { makeTemporaryFolder } from '../testing/temporary-folder.ts'
import { checkBackup } from './check-backup.ts'
import { createTestSealer } from '../testing/sealer.ts'

test('a backup is taken that is what the migrations make', async () => {
  expect(await check(await makeUsed())).toMatchObject({ ok: true, value: { pendingMigrations: 0 } })
})

test.each(alterations)('a backup is refused after $sql', async ({ sql, said }) => {
  const path = await makeUsed()
  await executeOn(path, sql)
  expect(await check(path)).toMatchObject({ ok: false, error: { reason: 'altered_schema', detail: expect.stringContaining(said) } })
})

test('a backup is refused that has no table but that of the migrations', async () => {
  const path = await makeUsed()
  const tables = [
    'sign_ins',
    'authorization_codes',
    'refresh_tokens',
    'access_tokens',
    'sessions',
    'grants',
    'credentials',
    'clients',
    'users',
    'facts',
  ]
  await executeOn(path, tables.map((table) => `drop table ${table}`).join(';'))
  expect(await check(path)).toMatchObject({ ok: false, error: { reason: 'altered_schema' } })
})

test('a backup is refused whose rows belong to others that are not there', async () => {
  const path = await makeUsed()
  await executeOn(path, "insert into access_tokens values ('hash', 'grt_none', 'fam_1', 'https://broker.test/mcp', 'read', 1)")
  const detail = 'the backup is damaged (a row of the table access_tokens belongs to one that is not there)'
  expect(await check(path)).toMatchObject({ ok: false, error: { reason: 'damaged', detail } })
})

test('a backup is refused whose facts are no text', async () => {
  const path = await makeUsed()
  await executeOn(path, "insert into facts values ('forgejo_version', x'00')")
  expect(await check(path)).toMatchObject({ ok: false, error: { reason: 'damaged' } })
})

async function check(path: string) {
  const identity = { forgejoOrigin: 'https://forgejo.test', oauthClientId: 'application', sealer: await createTestSealer() }
  // A copy, which nothing in this process has open.
  const copy = join(makeTemporaryFolder(), 'backup.db')
  copyFileSync(path, copy)
  return checkBackup({ path: copy, name: 'the backup', schema: readBrokerSchema(), identity })
}

async function makeUsed(): Promise<string> {
  const path = join(makeTemporaryFolder(), 'broker.db')
  const store = await openStoreFile(path)
  await makeGrant(store)
  await store.close()
  return path
}
