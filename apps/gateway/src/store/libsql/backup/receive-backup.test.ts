import { cpSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { makeGrant } from '../testing/grant.ts'
import { openStoreFile } from '../testing/open-file.ts'
import { makeTemporaryFolder } from '../testing/temporary-folder.ts'
import { type BackupSource, receiveBackup } from './receive-backup.ts'

test('takes a backup in pieces of any size', async () => {
  const bytes = readFileSync(await makeClosed())
  const pieces = [bytes.subarray(0, 1), bytes.subarray(1, 99), bytes.subarray(99, 100), Buffer.alloc(0), bytes.subarray(100)]
  const { received, path } = await receive({ stream: Readable.from(pieces) })
  expect(received).toEqual({ ok: true, value: undefined })
  expect(readFileSync(path).equals(bytes)).toBe(true)
})

test('refuses at its beginning what is no backup and never ends', async () => {
  const { received, path } = await receive({ stream: endlessAfter(Buffer.alloc(0)) })
  expect(received).toMatchObject({ error: { reason: 'not_a_backup', detail: "standard input is not a backup of the broker's database" } })
  expect(statSync(path).size).toBe(0)
})

test('refuses what begins as a backup and never ends, as soon as it is longer than it says', async () => {
  const bytes = readFileSync(await makeClosed())
  const { received, path } = await receive({ stream: endlessAfter(bytes) })
  expect(received).toMatchObject({ error: { reason: 'damaged', detail: 'standard input is damaged (it is longer than it says)' } })
  expect(statSync(path).size).toBeLessThanOrEqual(bytes.length)
})

test('refuses what was cut off within its last page', async () => {
  const source = await makeClosed()
  truncateSync(source, statSync(source).size - 1)
  const cutOff = expect.stringContaining('is damaged (it was cut off)')
  expect(await receive({ path: source })).toMatchObject({ received: { error: { reason: 'damaged', detail: cutOff } } })
  const stream = Readable.from([readFileSync(source)])
  expect(await receive({ stream })).toMatchObject({ received: { error: { reason: 'damaged', detail: cutOff } } })
})

test('refuses what was cut off within a page although a write-ahead log comes with it', async () => {
  const used = join(makeTemporaryFolder(), 'broker.db')
  const source = join(makeTemporaryFolder(), 'broker.db')
  const store = await openStoreFile(used)
  await makeGrant(store)
  for (const suffix of ['', '-wal']) cpSync(used + suffix, source + suffix)
  await store.close()
  expect(await receive({ path: source })).toMatchObject({ received: { ok: true } })
  writeFileSync(source, readFileSync(source).subarray(0, -1))
  expect(await receive({ path: source })).toMatchObject({ received: { error: { reason: 'damaged' } } })
})

async function receive(source: BackupSource) {
  const path = join(makeTemporaryFolder(), 'received.db')
  const received = await receiveBackup({ source, path, stopping: new AbortController().signal })
  return { received, path }
}

/** Never ends; fails where somebody reads far more of it than there is reason to. */
function endlessAfter(start: Buffer): Readable {
  return Readable.from(
    (function* () {
      yield start
      for (let count = 0; count < 1_000; count += 1) yield Buffer.alloc(65_536)
      throw new Error('all of it was read')
    })(),
  )
}

async function makeClosed(): Promise<string> {
  const path = join(makeTemporaryFolder(), 'broker.db')
  const store = await openStoreFile(path)
  await makeGrant(store)
  await store.close()
  return path
}
