import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname, parse, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { errorCode } from '@fjmcp-broker/shared/error-code'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { explain, type StoreRefusal } from './refusal.ts'
import { findDiskFailure, notWritable } from './write-failure.ts'

/** Where a database is. */
export type Location = { readonly kind: 'memory'; readonly url: string } | FileLocation

export interface FileLocation {
  readonly kind: 'file'
  /** With an absolute path: what a later change of the working directory cannot move. */
  readonly url: string
  readonly path: string
  /** The file whose lock makes a process the owner of the database. */
  readonly lockPath: string
}

/** Reads a database URL: `file:` and a path, relative to the working directory or absolute, or `:memory:` in its place. */
export function parseLocation(databaseUrl: string): Result<Location, StoreRefusal> {
  if (databaseUrl === ':memory:' || databaseUrl === 'file::memory:') return ok({ kind: 'memory', url: 'file::memory:' })
  const path = parsePath(databaseUrl)
  if (path === undefined) {
    const detail = `The database URL is "${databaseUrl}", which names no file`
    const remedy = 'Set FJMCP_BROKER_DATABASE_URL to the path of one, such as file:./data/broker.db or file:/data/broker.db.'
    return err(explain({ reason: 'bad_url', detail, remedy }))
  }
  const { dir, name, ext } = parse(path)
  const lockName = ext === '.lock' ? `${name}${ext}.lock` : `${name}.lock`
  return ok({ kind: 'file', url: pathToFileURL(path).href, path, lockPath: resolve(dir, lockName) })
}

/** Makes the database's folder, for our eyes only, where it is missing. */
export function prepareFolder(location: FileLocation): Result<undefined, StoreRefusal> {
  const folder = dirname(location.path)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return ok(undefined)
  } catch (error) {
    const code = errorCode(error) ?? 'unknown error'
    const detail = `The folder ${folder} of the database cannot be made (${code})`
    const remedy = 'Make it, and let the user that runs the broker write there.'
    return err(findDiskFailure(folder, code) ?? explain({ reason: 'not_writable', detail, remedy }))
  }
}

/** Makes the database file, empty and for our eyes only, where it is missing, and proves that it can be written. */
export function prepareFile(location: FileLocation): Result<undefined, StoreRefusal> {
  try {
    closeSync(openSync(location.path, 'a', 0o600))
    return ok(undefined)
  } catch (error) {
    return err(notWritable(location.path, errorCode(error) ?? 'unknown error'))
  }
}

/** Makes the lock file, empty and for our eyes only, where it is missing. One that is there is not even opened: see `takeOwnerLock`. */
export function prepareLockFile({ lockPath }: FileLocation): Result<undefined, StoreRefusal> {
  try {
    closeSync(openSync(lockPath, 'wx', 0o600))
    return ok(undefined)
  } catch (error) {
    return errorCode(error) === 'EEXIST' ? ok(undefined) : err(notWritable(lockPath, errorCode(error) ?? 'unknown error'))
  }
}

function parsePath(databaseUrl: string): string | undefined {
  const [, text] = /^file:(?:\/\/(?:localhost)?(?=\/))?([^?#]+)$/.exec(databaseUrl) ?? []
  if (text === undefined || text.startsWith('//')) return undefined
  try {
    return resolve(decodeURIComponent(text))
  } catch {
    return undefined
  }
}
