import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { silentLog } from '@fjmcp-broker/shared/log'
import { type Client, createClient, LibsqlError } from '@libsql/client/sqlite3'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createSerialClient } from './serial-client.ts'
import { startProcess } from './testing/process.ts'
import { makeTemporaryFolder } from './testing/temporary-folder.ts'

const report = z.object({ acknowledged: z.array(z.string()), busy: z.number() })

test('stores what it acknowledged and nothing else while another process writes to the same file', async () => {
  const url = pathToFileURL(join(makeTemporaryFolder(), 'hammered.db')).href
  const client = createClient({ url, concurrency: 1 })
  await client.execute('PRAGMA journal_mode = WAL')
  await client.execute('create table rows (id text primary key)')
  client.close()

  const program = new URL('./testing/hammer.ts', import.meta.url)
  const hammers = ['a', 'b'].map((name) => startProcess(program, [url, name, '600']))
  for (const hammer of hammers) expect(await hammer.nextLine()).toBe('ready')
  for (const hammer of hammers) hammer.proceed()
  const reports = await Promise.all(hammers.map(async (hammer) => report.parse(JSON.parse(await hammer.nextLine()))))

  const reader = createClient({ url, concurrency: 1 })
  const stored = (await reader.execute('select id from rows')).rows.map((row) => row['id'])
  reader.close()
  expect(stored.sort()).toEqual(reports.flatMap(({ acknowledged }) => acknowledged).sort())
  expect(reports.reduce((sum, { busy }) => sum + busy, 0)).toBeGreaterThan(0)
})

test('makes calls one after the other, in the order they came', async () => {
  const client = createSerialClient({ client: createClient({ url: ':memory:' }), pragmas: [], log: silentLog })
  await client.execute('create table rows (id integer)')
  await Promise.all(
    Array.from({ length: 50 }, (_, id) =>
      id % 2 === 0
        ? client.execute({ sql: 'insert into rows values (?)', args: [id] })
        : client.batch([{ sql: 'insert into rows values (?)', args: [id] }, 'select 1']),
    ),
  )
  const { rows } = await client.execute('select id from rows order by rowid')
  expect(rows.map((row) => row['id'])).toEqual(Array.from({ length: 50 }, (_, id) => id))
})

test('lets everything else go on when calls have followed each other for 5 milliseconds', async () => {
  const order: string[] = []
  let nowMs = 0
  const real = createClient({ url: ':memory:' })
  const execute = (statement: unknown) => {
    order.push('call')
    nowMs += 2
    return real.execute(String(statement))
  }
  const { client } = createBusyClient(0)
  const serial = createSerialClient({ client: { ...client, execute }, pragmas: [], log: silentLog, monotonicMs: () => nowMs })
  const goOn = (): void => {
    order.push('something else')
    if (order.filter((name) => name === 'call').length < 7) setImmediate(goOn)
  }
  setImmediate(goOn)
  await Promise.all(Array.from({ length: 7 }, () => serial.execute('select 1')))
  expect(order.join(', ')).toBe('call, call, call, something else, call, call, call, something else, call')
})

test('goes on after a call that failed', async () => {
  const client = createSerialClient({ client: createClient({ url: ':memory:' }), pragmas: [], log: silentLog })
  const failing = client.execute('select * from nowhere')
  const following = client.execute('select 1 as one')
  await expect(failing).rejects.toThrow(LibsqlError)
  expect((await following).rows[0]).toMatchObject({ one: 1 })
})

test('keeps nothing of a batch of which one statement failed', async () => {
  const client = createSerialClient({ client: createClient({ url: ':memory:' }), pragmas: [], log: silentLog })
  await client.execute('create table rows (id integer primary key)')
  await expect(client.batch(['insert into rows values (1)', 'insert into rows values (1)'])).rejects.toThrow(LibsqlError)
  expect((await client.execute('select * from rows')).rows).toHaveLength(0)
})

test('sets the PRAGMAs again on the connection that follows SQLITE_BUSY', async () => {
  const { client, executed } = createBusyClient(1)
  const serial = createSerialClient({ client, pragmas: ['PRAGMA foreign_keys = ON'], log: silentLog })
  await serial.execute('insert')
  await serial.execute('insert')
  expect(executed).toEqual(['PRAGMA foreign_keys = ON', 'insert', 'reconnect', 'PRAGMA foreign_keys = ON', 'insert', 'insert'])
})

test('gives up after three attempts, on a new connection', async () => {
  const { client, executed } = createBusyClient(3)
  const serial = createSerialClient({ client, pragmas: [], log: silentLog })
  await expect(serial.execute('insert')).rejects.toMatchObject({ code: 'SQLITE_BUSY' })
  expect(executed).toEqual(['insert', 'reconnect', 'insert', 'reconnect', 'insert', 'reconnect'])
})

test('refuses interactive transactions', async () => {
  const client = createSerialClient({ client: createClient({ url: ':memory:' }), pragmas: [], log: silentLog })
  await expect(client.transaction('write')).rejects.toThrow('interactive transactions')
})

/** A client whose first so many inserts find the database busy. */
function createBusyClient(times: number): { readonly client: Client; readonly executed: readonly string[] } {
  const executed: string[] = []
  let left = times
  const real = createSerialClient({ client: createClient({ url: ':memory:' }), pragmas: [], log: silentLog })
  const execute = (statement: unknown) => {
    executed.push(String(statement))
    if (statement !== 'insert') return real.execute(String(statement))
    left -= 1
    return left >= 0 ? Promise.reject(new LibsqlError('database is locked', 'SQLITE_BUSY')) : real.execute('select 1')
  }
  const reconnect = () => {
    executed.push('reconnect')
  }
  return { client: { ...real, execute, reconnect }, executed }
}
