import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setApplicationMark } from '@fjmcp-broker/gateway/store/libsql/application-mark'
import { withAttached } from '@fjmcp-broker/gateway/store/libsql/database-state'
import { describe, expect, test } from 'vitest'
import { forgejoUrl, lookAtDatabase, makeDatabase, makeFolder } from './doctor/look-at-database.ts'

describe('a database', () => {
  test('is whole and ours, and its key is here', async () => {
    const file = await makeDatabase()
    expect(await lookAtDatabase(file)).toEqual([
      { check: 'database', state: 'ok', detail: `${file} is whole and ours` },
      { check: 'key', state: 'ok', detail: expect.stringMatching(/^the client secret [0-9a-f]{16} opens the stored tokens$/) },
    ])
  })

  test('in which nobody has signed in is anybody’s', async () => {
    const file = await makeDatabase({ signsIn: false })
    expect(await lookAtDatabase(file, { FORGEJO_OAUTH_CLIENT_SECRET: 'another secret' })).toMatchObject([
      { state: 'ok' },
      { check: 'key', state: 'ok', detail: expect.stringContaining('nothing is encrypted') },
    ])
  })

  test('belongs to another Forgejo', async () => {
    expect(await lookAtDatabase(await makeDatabase(), { FORGEJO_URL: 'https://other.example.test' })).toMatchObject([
      { state: 'ok' },
      {
        check: 'database',
        state: 'problem',
        detail: expect.stringContaining(forgejoUrl),
        remedy: expect.stringMatching(/^Set it back, or move/),
      },
      { check: 'key', state: 'skipped' },
    ])
  })

  test('belongs to another application', async () => {
    expect(await lookAtDatabase(await makeDatabase(), { FORGEJO_OAUTH_CLIENT_ID: 'other' })).toMatchObject([
      { state: 'ok' },
      { check: 'database', state: 'problem', detail: expect.stringContaining('FORGEJO_OAUTH_CLIENT_ID is other') },
      { check: 'key', state: 'skipped' },
    ])
  })

  test('is encrypted with another secret', async () => {
    expect(await lookAtDatabase(await makeDatabase(), { FORGEJO_OAUTH_CLIENT_SECRET: 'another secret' })).toMatchObject([
      { state: 'ok' },
      { check: 'key', state: 'problem', remedy: expect.stringContaining('FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS') },
    ])
  })

  test('is encrypted with the previous secret', async () => {
    const secrets = { FORGEJO_OAUTH_CLIENT_SECRET: 'another secret', FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS: 'client secret' }
    expect(await lookAtDatabase(await makeDatabase(), secrets)).toMatchObject([
      { state: 'ok' },
      {
        check: 'key',
        state: 'ok',
        detail: expect.stringMatching(/; 1 with the previous client secret [0-9a-f]{16} until .* client secret/),
      },
    ])
  })

  test('is encrypted with keys of its own, of which one is left to change', async () => {
    const secrets = { FJMCP_BROKER_ENCRYPTION_KEYS: `mine:${new Uint8Array(32).toBase64()}` }
    expect(await lookAtDatabase(await makeDatabase(), secrets)).toMatchObject([
      { state: 'ok' },
      {
        check: 'key',
        state: 'ok',
        detail: expect.stringMatching(/; 1 with the client secret [0-9a-f]{16} until .* key "mine" [0-9a-f]{16}/),
      },
    ])
  })

  test('is judged without the key where a setting is wrong', async () => {
    const file = await makeDatabase()
    expect(await lookAtDatabase(file, {}, { wrong: ['FORGEJO_OAUTH_CLIENT_SECRET'] })).toMatchObject([
      { check: 'database', state: 'ok' },
      { check: 'key', state: 'skipped' },
    ])
    expect(await lookAtDatabase(file, {}, { wrong: ['FJMCP_BROKER_DATABASE_URL'] })).toMatchObject([
      { check: 'database', state: 'skipped' },
      { check: 'key', state: 'skipped' },
    ])
  })

  test('has been migrated by a newer broker', async () => {
    const file = await makeDatabase()
    await change(file, "insert into broker.__drizzle_migrations (hash, created_at) values ('unknown', 99999999999999)")
    await change(file, "update broker.facts set value = '99' where name = 'schema_needs_migrations'")
    expect(await lookAtDatabase(file)).toMatchObject([
      { check: 'database', state: 'problem', detail: expect.stringContaining('newer broker') },
      { check: 'key', state: 'skipped' },
    ])
  })

  test('waits for a migration', async () => {
    const file = join(await makeFolder(), 'broker.db')
    await change(file, setApplicationMark.replace('PRAGMA ', 'pragma broker.'))
    expect(await lookAtDatabase(file)).toMatchObject([
      { state: 'ok', detail: expect.stringMatching(/the next start applies \d+ migration/) },
      { check: 'key' },
    ])
  })

  test('has a trigger that is not the broker’s', async () => {
    const file = await makeDatabase()
    await change(file, 'create trigger broker.evil after insert on users begin delete from grants; end')
    const detail = `The schema of the database ${file} is not what its migrations make: the trigger evil does not belong there`
    expect(await lookAtDatabase(file)).toMatchObject([
      { check: 'database', state: 'problem', detail },
      { check: 'key', state: 'skipped' },
    ])
  })

  test.each([
    { where: 'where its tables are listed', page: 0, from: 100 },
    { where: 'where the broker itself would not notice for long', page: 9, from: 0 },
  ])('is damaged $where', async ({ page, from }) => {
    const file = await makeDatabase()
    const bytes = await readFile(file)
    const pageBytes = bytes.readUInt16BE(16)
    const start = page * pageBytes
    bytes.fill(0x55, start + from, start + pageBytes)
    await writeFile(file, bytes)
    expect(await lookAtDatabase(file)).toMatchObject([
      { check: 'database', state: 'problem', detail: expect.stringContaining('damaged') },
      { check: 'key', state: 'skipped' },
    ])
  })

  test('is no database at all, or another program’s', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'notes.db'), 'dear diary')
    expect(await lookAtDatabase(join(folder, 'notes.db'))).toMatchObject([
      { state: 'problem', detail: expect.stringContaining('is not a database') },
      { check: 'key' },
    ])
    const foreign = Buffer.alloc(4096)
    foreign.write('SQLite format 3\0')
    await writeFile(join(folder, 'foreign.db'), foreign)
    expect(await lookAtDatabase(join(folder, 'foreign.db'))).toMatchObject([
      { state: 'problem', detail: expect.stringContaining('made by another program'), remedy: expect.stringContaining('Move it aside') },
      { check: 'key' },
    ])
  })

  test('may lie in a folder whose name looks like the end of a sentence', async () => {
    const folder = join(await makeFolder(), 'Inc. Data')
    await mkdir(folder, { mode: 0o700 })
    const file = join(folder, 'notes.db')
    await writeFile(file, 'dear diary')
    expect(await lookAtDatabase(file)).toMatchObject([
      { detail: `The file ${file} is not a database`, remedy: 'Move it aside, or name another file: the broker makes a new one.' },
      { check: 'key' },
    ])
  })

  test('was being written when its first broker was killed', async () => {
    const file = await makeDatabase()
    await writeFile(`${file}-journal`, 'half a write')
    expect(await lookAtDatabase(file)).toMatchObject([{ state: 'skipped', detail: expect.stringContaining('cut short') }, { check: 'key' }])
  })

  test('is empty, or not there yet', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'empty.db'), '', { mode: 0o600 })
    for (const file of [join(folder, 'empty.db'), join(folder, 'absent.db'), join(folder, 'absent', 'broker.db')]) {
      expect(await lookAtDatabase(file)).toMatchObject([
        { check: 'database', state: 'skipped' },
        { check: 'key', state: 'skipped' },
      ])
    }
  })

  test('is gone under a running broker', async () => {
    const file = join(await makeFolder(), 'broker.db')
    expect(await lookAtDatabase(file, {}, { isRunning: true })).toMatchObject([
      { state: 'problem', detail: expect.stringContaining('is gone') },
      { check: 'key' },
    ])
  })

  test('is in memory, or has a URL that names no file', async () => {
    expect(await lookAtDatabase(':memory:')).toMatchObject([{ state: 'skipped' }, { check: 'key' }])
    expect(await lookAtDatabase('/data/broker.db?mode=ro')).toMatchObject([
      { state: 'problem', remedy: expect.stringContaining('FJMCP_BROKER_DATABASE_URL') },
      { check: 'key' },
    ])
  })
})

async function change(file: string, statement: string): Promise<void> {
  await withAttached({ uri: `file:${file}` }, (client) => client.execute(statement))
}
