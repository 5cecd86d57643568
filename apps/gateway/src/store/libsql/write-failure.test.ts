import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LibsqlError } from '@libsql/client/sqlite3'
import { expect, test } from 'vitest'
import { explainFailure } from './explain-failure.ts'
import { refusalMayPass } from './refusal.ts'
import { makeTemporaryFolder } from './testing/temporary-folder.ts'
import { notWritable } from './write-failure.ts'

test.each([
  ['ENOSPC', 'unusable', 'There is no room on the disk'],
  ['EDQUOT', 'unusable', 'There is no room on the disk'],
  ['SQLITE_FULL', 'unusable', 'There is no room on the disk'],
  ['EIO', 'unusable', 'The disk fails'],
  ['SQLITE_IOERR', 'unusable', 'The disk fails'],
  ['EACCES', 'not_writable', 'cannot be written'],
  ['EROFS', 'not_writable', 'cannot be written'],
  ['SQLITE_CANTOPEN', 'not_writable', 'cannot be written'],
])('a file that is not written for %s is %s', (code, reason, words) => {
  const refusal = notWritable('/data/broker.db', code)
  expect(refusal).toMatchObject({ reason, detail: expect.stringContaining(words) })
  expect(refusalMayPass(refusal)).toBe(reason === 'unusable')
})

test.each(['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_BUSY'])('a start that fails for %s is worth another try', (code) => {
  expect(refusalMayPass(explainFailure(new LibsqlError('failed', code), '/data/broker.db'))).toBe(true)
})

test('a start whose lock the disk does not take is worth another try', () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  const program = fileURLToPath(new URL('./testing/say-refusal.ts', import.meta.url))
  // No file may grow: as where the disk fails.
  const limited = `trap '' XFSZ; ulimit -f 0; exec "$@"`
  const said = execFileSync('sh', ['-c', limited, 'sh', process.execPath, program, path], { encoding: 'utf8' })
  expect(JSON.parse(said)).toMatchObject({ reason: 'unusable', mayPass: true, detail: expect.stringContaining('broker.lock') })
})
