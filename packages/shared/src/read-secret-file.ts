import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { geteuid } from 'node:process'
import { errorCode } from './error-code.ts'
import { err, ok, type Result } from './result.ts'
import type { SecretFile, SecretFileFailure } from './secret-file.ts'

const mostBytes = 65_536

/** Reads a secret's file of at most 64 KiB as UTF-8. */
export function readSecretFile(path: string): Result<SecretFile, SecretFileFailure> {
  try {
    // A pipe without a writer would hold up the start for ever.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      return readOpenFile(file)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    return err(classify(errorCode(error) ?? 'unknown error'))
  }
}

function readOpenFile(file: number): Result<SecretFile, SecretFileFailure> {
  const stat = fstatSync(file)
  if (!stat.isFile()) return err({ reason: 'not_a_file' })
  if (stat.size > mostBytes) return err({ reason: 'too_large', mostBytes })
  return ok({ text: readFileSync(file, 'utf8'), mode: stat.mode & 0o7777 })
}

function classify(code: string): SecretFileFailure {
  if (code === 'ENOENT') return { reason: 'missing' }
  if (code === 'EACCES') return { reason: 'not_permitted', uid: geteuid?.() ?? -1 }
  return { reason: 'unreadable', code }
}
