import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseGatewaySettings } from '@fjmcp-broker/gateway/config'
import { withAttached } from '@fjmcp-broker/gateway/store/libsql/database-state'
import { openStore } from '@fjmcp-broker/gateway/store/libsql/open-store'
import { createSealer } from '@fjmcp-broker/gateway/store/sealing'
import { parseRunnerSettings } from '@fjmcp-broker/runner/config'
import { createNewId } from '@fjmcp-broker/shared/id'
import { silentLog } from '@fjmcp-broker/shared/log'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Finding } from '../src/doctor/finding.ts'
import { checkData } from '../src/doctor/groups/check-data.ts'

const gibibyte = 1024 ** 3
const forgejoUrl = 'https://git.example.test'

describe('a database', () => {
  test('is whole and ours, and its key is here', async () => {
    const file = await makeDatabase()
    expect(await look(file)).toEqual([
      { check: 'database', state: 'ok', detail: `${file} is whole and ours` },
      { check: 'key', state: 'ok', detail: 'the client secret opens the stored tokens' },
    ])
  })

  test('in which nobody has signed in is anybody’s', async () => {
    const file = await makeDatabase({ signsIn: false })
    expect(await look(file, { FORGEJO_OAUTH_CLIENT_SECRET: 'another secret' })).toMatchObject([
      { state: 'ok' },
      { check: 'key', state: 'ok', detail: expect.stringContaining('nothing is sealed') },
    ])
  })

  test('belongs to another Forgejo', async () => {
    expect(await look(await makeDatabase(), { FORGEJO_URL: 'https://other.example.test' })).toMatchObject([
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
    expect(await look(await makeDatabase(), { FORGEJO_OAUTH_CLIENT_ID: 'other' })).toMatchObject([
      { state: 'ok' },
      { check: 'database', state: 'problem', detail: expect.stringContaining('FORGEJO_OAUTH_CLIENT_ID is other') },
      { check: 'key', state: 'skipped' },
    ])
  })

  test('is sealed with another secret', async () => {
    expect(await look(await makeDatabase(), { FORGEJO_OAUTH_CLIENT_SECRET: 'another secret' })).toMatchObject([
      { state: 'ok' },
      { check: 'key', state: 'problem', remedy: expect.stringContaining('FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS') },
    ])
  })

  test('is sealed with the previous secret', async () => {
    const secrets = { FORGEJO_OAUTH_CLIENT_SECRET: 'another secret', FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS: 'client secret' }
    expect(await look(await makeDatabase(), secrets)).toMatchObject([
      { state: 'ok' },
      { check: 'key', state: 'ok', detail: expect.stringContaining('previous') },
    ])
  })

  test('is judged without the key where a setting is wrong', async () => {
    const file = await makeDatabase()
    expect(await look(file, {}, { wrong: ['FORGEJO_OAUTH_CLIENT_SECRET'] })).toMatchObject([
      { check: 'database', state: 'ok' },
      { check: 'key', state: 'skipped' },
    ])
    expect(await look(file, {}, { wrong: ['FJMCP_BROKER_DATABASE_URL'] })).toMatchObject([
      { check: 'database', state: 'skipped' },
      { check: 'key', state: 'skipped' },
    ])
  })

  test('has been migrated by a newer broker', async () => {
    const file = await makeDatabase()
    await change(file, "insert into broker.__drizzle_migrations (hash, created_at) values ('unknown', 99999999999999)")
    await change(file, "update broker.facts set value = '99' where name = 'schema_needs_migrations'")
    expect(await look(file)).toMatchObject([
      { check: 'database', state: 'problem', detail: expect.stringContaining('newer broker') },
      { check: 'key', state: 'skipped' },
    ])
  })

  test('waits for a migration', async () => {
    const file = await makeDatabase()
    await change(
      file,
      'delete from broker.__drizzle_migrations where created_at = (select max(created_at) from broker.__drizzle_migrations)',
    )
    expect(await look(file)).toMatchObject([
      { state: 'ok', detail: expect.stringMatching(/the next start applies \d+ migration/) },
      { check: 'key' },
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
    expect(await look(file)).toMatchObject([
      { check: 'database', state: 'problem', detail: expect.stringContaining('damaged') },
      { check: 'key', state: 'skipped' },
    ])
  })

  test('is no database at all, or another program’s', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'notes.db'), 'dear diary')
    expect(await look(join(folder, 'notes.db'))).toMatchObject([
      { state: 'problem', detail: expect.stringContaining('is not a database') },
      { check: 'key' },
    ])
    const foreign = Buffer.alloc(4096)
    foreign.write('SQLite format 3\0')
    await writeFile(join(folder, 'foreign.db'), foreign)
    expect(await look(join(folder, 'foreign.db'))).toMatchObject([
      { state: 'problem', detail: expect.stringContaining('made by another program'), remedy: expect.stringContaining('Move it aside') },
      { check: 'key' },
    ])
  })

  test('may lie in a folder whose name looks like the end of a sentence', async () => {
    const folder = join(await makeFolder(), 'Inc. Data')
    await mkdir(folder, { mode: 0o700 })
    const file = join(folder, 'notes.db')
    await writeFile(file, 'dear diary')
    expect(await look(file)).toMatchObject([
      { detail: `The file ${file} is not a database`, remedy: 'Move it aside, or name another file: the broker makes a new one.' },
      { check: 'key' },
    ])
  })

  test('was being written when its first broker was killed', async () => {
    const file = await makeDatabase()
    await writeFile(`${file}-journal`, 'half a write')
    expect(await look(file)).toMatchObject([{ state: 'skipped', detail: expect.stringContaining('cut short') }, { check: 'key' }])
  })

  test('is empty, or not there yet', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'empty.db'), '', { mode: 0o600 })
    for (const file of [join(folder, 'empty.db'), join(folder, 'absent.db'), join(folder, 'absent', 'broker.db')]) {
      expect(await look(file)).toMatchObject([
        { check: 'database', state: 'skipped' },
        { check: 'key', state: 'skipped' },
      ])
    }
  })

  test('is gone under a running broker', async () => {
    const file = join(await makeFolder(), 'broker.db')
    expect(await look(file, {}, { isRunning: true })).toMatchObject([
      { state: 'problem', detail: expect.stringContaining('is gone') },
      { check: 'key' },
    ])
  })

  test('is in memory, or has a URL that names no file', async () => {
    expect(await look(':memory:')).toMatchObject([{ state: 'skipped' }, { check: 'key' }])
    expect(await look('/data/broker.db?mode=ro')).toMatchObject([
      { state: 'problem', remedy: expect.stringContaining('FJMCP_BROKER_DATABASE_URL') },
      { check: 'key' },
    ])
  })
})

describe('its files', () => {
  test('may be read by others where the folder is open to them', async () => {
    const file = await makeDatabase()
    await chmod(join(file, '..'), 0o755)
    await chmod(file, 0o644)
    expect(await look(file)).toMatchObject([
      { state: 'warning', remedy: expect.stringContaining('chmod 700') },
      { state: 'ok' },
      { check: 'key' },
    ])
    await chmod(join(file, '..'), 0o700)
    expect(await look(file)).toMatchObject([{ state: 'ok' }, { check: 'key' }])
  })

  test.each([
    { code: 'EACCES', remedy: 'podman unshare chown -R 65532:65532' },
    { code: 'EROFS', remedy: 'Mount the volume writable' },
  ])('may not be written ($code)', async ({ code, remedy }) => {
    const file = await makeDatabase()
    const findAccessProblem = (path: string): string | undefined => (path === file ? code : undefined)
    expect(await look(file, {}, { findAccessProblem })).toMatchObject([
      { state: 'problem', detail: expect.stringContaining(`may not write ${file} (${code})`), remedy: expect.stringContaining(remedy) },
      { check: 'key', state: 'skipped' },
    ])
  })

  test('may not even be looked at', async () => {
    const file = await makeDatabase()
    const findAccessProblem = (path: string): string | undefined => (file.startsWith(path) ? 'EACCES' : undefined)
    expect(await look(file, {}, { findAccessProblem })).toMatchObject([
      { state: 'problem', detail: expect.stringContaining(`may not write ${join(file, '..')} (EACCES)`) },
      { state: 'problem' },
      { check: 'key', state: 'skipped' },
    ])
  })

  test('are examined as far as may be when that fails unexpectedly', async () => {
    const readFreeBytes = () => {
      throw Object.assign(new Error('quotes a secret'), { code: 'ENOSYS' })
    }
    const findings = await look(await makeDatabase(), {}, { readFreeBytes })
    expect(findings).toMatchObject([{ check: 'database', state: 'problem', detail: expect.stringContaining('ENOSYS') }, { check: 'key' }])
    expect(JSON.stringify(findings)).not.toContain('a secret')
  })

  test.each([
    { freeBytes: 100 * 1024 ** 2, states: ['ok', 'ok'] },
    { freeBytes: 100 * 1024 ** 2 - 1, states: ['warning', 'ok', 'ok'] },
    { freeBytes: 10 * 1024 ** 2 - 1, states: ['problem', 'ok', 'ok'] },
  ])('have $freeBytes bytes of room left', async ({ freeBytes, states }) => {
    expect((await look(await makeDatabase(), {}, { readFreeBytes: () => freeBytes })).map(({ state }) => state)).toEqual(states)
  })
})

async function look(
  file: string,
  environment: Readonly<Record<string, string>> = {},
  {
    wrong = [],
    isRunning = false,
    readFreeBytes = () => gibibyte,
    findAccessProblem = (path) => (existsSync(path) ? undefined : 'ENOENT'),
  }: {
    readonly wrong?: readonly string[]
    readonly isRunning?: boolean
    readonly readFreeBytes?: () => number
    readonly findAccessProblem?: (path: string) => string | undefined
  } = {},
): Promise<readonly Finding[]> {
  const complete = {
    FJMCP_BROKER_PUBLIC_URL: 'https://mcp.example.test',
    FORGEJO_URL: forgejoUrl,
    FORGEJO_OAUTH_CLIENT_ID: 'broker',
    FORGEJO_OAUTH_CLIENT_SECRET: 'client secret',
    FJMCP_BROKER_DATABASE_URL: `file:${file}`,
    ...environment,
  }
  const gateway = parseGatewaySettings(complete, () => {
    throw new Error('no file is named')
  })
  const runner = parseRunnerSettings(complete)
  if (!gateway.ok || !runner.ok) throw new Error('the settings of this test are wrong')
  return checkData(
    { gateway: gateway.value, runner: runner.value, wrong: new Set(wrong) },
    { uid: 65_532, isRunning, readFreeBytes, findAccessProblem },
  )
}

/** Makes a database as a broker leaves it, in a folder that ends with the running test. */
async function makeDatabase({ signsIn = true } = {}): Promise<string> {
  const file = join(await makeFolder(), 'broker.db')
  const store = await openStore({
    databaseUrl: `file:${file}`,
    forgejoOrigin: forgejoUrl,
    oauthClientId: 'broker',
    sealer: await createSealer(['client secret']),
    newId: createNewId(Date.now),
    log: silentLog,
  })
  if (!store.ok) throw new Error(store.error.message)
  if (signsIn) await store.value.users.upsert({ sub: '1', login: 'alice', nowMs: 1 })
  await store.value.close()
  return file
}

async function change(file: string, statement: string): Promise<void> {
  await withAttached({ uri: `file:${file}` }, (client) => client.execute(statement))
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fjmcp-doctor-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'data'), { mode: 0o700 })
  return join(folder, 'data')
}
