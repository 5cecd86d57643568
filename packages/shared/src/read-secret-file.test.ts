import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readSecretFile } from './read-secret-file.ts'
import { err, ok } from './result.ts'

test('reads a file with its mode', () => {
  const path = write('secret\n', 0o640)
  expect(readSecretFile(path)).toEqual(ok({ text: 'secret\n', mode: 0o640 }))
})

test('tells a missing file, a folder and a file that is too large apart', () => {
  const folder = createFolder()
  expect(readSecretFile(join(folder, 'absent'))).toEqual(err({ reason: 'missing' }))
  expect(readSecretFile(folder)).toEqual(err({ reason: 'not_a_file' }))
  expect(readSecretFile(write('x'.repeat(65_536), 0o600))).toMatchObject({ ok: true })
  expect(readSecretFile(write('x'.repeat(65_537), 0o600))).toEqual(err({ reason: 'too_large', mostBytes: 65_536 }))
  expect(readSecretFile(`${write('x', 0o600)}/y`)).toEqual(err({ reason: 'unreadable', code: 'ENOTDIR' }))
})

test('does not wait for a pipe that nobody writes to', () => {
  const pipe = join(createFolder(), 'pipe')
  execFileSync('sh', ['-c', 'mkfifo "$0"', pipe])
  expect(readSecretFile(pipe)).toEqual(err({ reason: 'not_a_file' }))
})

test('says who may not read a file', () => {
  const path = write('secret', 0o000)
  const { uid, result } = withoutPrivileges(() => readSecretFile(path))
  expect(result).toEqual(err({ reason: 'not_permitted', uid }))
})

/** Nothing keeps root from a file: so it is somebody else for a moment. */
function withoutPrivileges<Value>(run: () => Value): { readonly uid: number | undefined; readonly result: Value } {
  const uid = process.geteuid?.()
  if (uid !== 0) return { uid, result: run() }
  process.seteuid?.(65_532)
  try {
    return { uid: 65_532, result: run() }
  } finally {
    process.seteuid?.(0)
  }
}

function write(text: string, mode: number): string {
  const path = join(createFolder(), 'file')
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fjmcp-secret-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
