import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parseLocation } from './location.ts'

test.each([
  ['file:./data/broker.db', resolve('data/broker.db'), resolve('data/broker.lock')],
  ['file:broker.db', resolve('broker.db'), resolve('broker.lock')],
  ['file:/data/broker.db', '/data/broker.db', '/data/broker.lock'],
  ['file:///data/broker.db', '/data/broker.db', '/data/broker.lock'],
  ['file://localhost/data/broker.db', '/data/broker.db', '/data/broker.lock'],
  ['file:/data/a%20b', '/data/a b', '/data/a b.lock'],
  ['file:/data/broker.lock', '/data/broker.lock', '/data/broker.lock.lock'],
])('finds the file and its lock in %s', (databaseUrl, path, lockPath) => {
  expect(parseLocation(databaseUrl)).toMatchObject({ ok: true, value: { kind: 'file', path, lockPath } })
})

test.each([':memory:', 'file::memory:'])('knows %s as a database in memory', (databaseUrl) => {
  expect(parseLocation(databaseUrl)).toMatchObject({ ok: true, value: { kind: 'memory' } })
})

test.each(['', 'file:', './broker.db', 'libsql://db.example.org', 'file://host/broker.db', 'file:broker.db?mode=ro', 'file:%ff'])(
  'refuses %j and says what is expected',
  (databaseUrl) => {
    const message = expect.stringContaining('file:./data/broker.db')
    expect(parseLocation(databaseUrl)).toMatchObject({ ok: false, error: { reason: 'bad_url', message } })
  },
)
