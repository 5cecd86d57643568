import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { alterations } from './testing/alterations.ts'
import { executeOn } from './testing/execute.ts'
import { hashFiles } from './testing/hash-files.ts'
import { openFile, openStoreFile } from './testing/open-file.ts'
import { addition, makeLaterVersion } from './testing/schema-of-version.ts'
import { makeTemporaryFolder } from './testing/temporary-folder.ts'

describe('a database is refused, and not changed,', () => {
  test.each(alterations)('after $sql', async ({ sql, said }) => {
    const path = await makeClosed()
    await executeOn(path, sql)
    const before = hashFiles(dirname(path))
    const detail = `The schema of the database ${path} is not what its migrations make: ${said}`
    expect(await openFile(path)).toMatchObject({ ok: false, error: { reason: 'altered_schema', detail } })
    expect(hashFiles(dirname(path))).toEqual(before)
  })

  test('when it has tables and no migrations', async () => {
    const path = await makeClosed()
    await executeOn(path, 'drop table __drizzle_migrations')
    expect(await openFile(path)).toMatchObject({ ok: false, error: { reason: 'altered_schema' } })
  })

  test('when a newer broker has migrated it and it lacks a table or has a trigger', async () => {
    for (const sql of ['drop table sessions', 'create trigger evil after insert on users begin delete from grants; end']) {
      const path = join(makeTemporaryFolder(), 'broker.db')
      const { schema } = makeLaterVersion('0.2.0', [addition])
      await (await openStoreFile(path, { schema })).close()
      await executeOn(path, sql)
      expect(await openFile(path)).toMatchObject({ ok: false, error: { reason: 'altered_schema' } })
    }
  })

  test.each([
    ['facts that are no text', "insert into facts values ('forgejo_version', x'00')"],
    ['migrations that are no text', "update __drizzle_migrations set hash = x'00'"],
  ])('when it has %s', async (_what, sql) => {
    const path = await makeClosed()
    await executeOn(path, sql)
    expect(await openFile(path)).toMatchObject({
      ok: false,
      error: { reason: 'not_a_database', detail: expect.stringContaining('is damaged') },
    })
  })

  test('in one line without control characters, whatever its rows hold', async () => {
    const path = join(makeTemporaryFolder(), 'broker.db')
    const store = await openStoreFile(path)
    await store.users.upsert({ sub: '1', login: 'alice', nowMs: 1 })
    await store.close()
    await executeOn(
      path,
      "update facts set value = 'evil' || char(27) || '[2J' || char(10) || char(8238) || 'text' where name = 'forgejo_origin'",
    )
    const said = expect.stringContaining('the Forgejo at evil [2J text, and')
    expect(await openFile(path)).toMatchObject({ ok: false, error: { reason: 'other_forgejo', detail: said, message: said } })
  })
})

test('a database is used that SQLite has gathered statistics of', async () => {
  const path = await makeClosed()
  await executeOn(path, "insert into users values ('usr_1', '1', 'alice', 1, 1); analyze")
  const store = await openStoreFile(path)
  expect(await store.forgejoVersion()).toBeUndefined()
  await store.close()
})

test('a newer broker’s tables, indexes and columns do not keep an older one from its database', async () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  const more = { ...addition, tag: '0002_more', sql: 'create table notes (id text primary key)' }
  const { schema } = makeLaterVersion('0.2.0', [addition, more])
  await (await openStoreFile(path, { schema })).close()
  const older = await openStoreFile(path)
  expect(await older.forgejoVersion()).toBeUndefined()
  await older.close()
})

async function makeClosed(): Promise<string> {
  const path = join(makeTemporaryFolder(), 'broker.db')
  await (await openStoreFile(path)).close()
  return path
}
