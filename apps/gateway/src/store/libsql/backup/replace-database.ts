import { constants, copyFileSync, linkSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readApplicationMark } from '../application-mark.ts'
import { withAttached } from '../database-state.ts'
import type { FileLocation } from '../location.ts'
import { syncToDisk } from './sync-to-disk.ts'

/**
 * Puts another file in the place of a database that this process owns, and keeps what was there beside it. Whenever this is ended, the
 * place has either the one or the other. Throws where the system refuses; then the old one is there.
 *
 * @param replacement In the same folder, whole, with nothing beside it.
 * @param nowMs Milliseconds since the Unix epoch; what was there is named for it.
 * @returns Where what was there is kept; undefined where there was nothing.
 */
export async function replaceDatabase({
  location,
  replacement,
  nowMs,
}: {
  readonly location: FileLocation
  readonly replacement: string
  readonly nowMs: number
}): Promise<string | undefined> {
  const { path } = location
  const folder = dirname(path)
  syncToDisk(replacement)
  removeAliases(path)
  if (logs.some((suffix) => isFilled(path + suffix))) await moveLogIntoFile(location)
  const filled = ['', ...logs].filter((suffix) => isFilled(path + suffix))
  const kept = `${path}.before-restore-${new Date(nowMs).toISOString().replaceAll(/[-:]/g, '')}`
  for (const suffix of filled) keep(path + suffix, kept + suffix)
  syncToDisk(folder)
  // Only of a damaged database: its log cannot be moved into it, and must meet neither the new one nor the old one without the other.
  if (filled.length > 1) block(path, replacement)
  for (const suffix of ['-shm', ...logs]) rmSync(path + suffix, { force: true })
  syncToDisk(folder)
  renameSync(replacement, path)
  syncToDisk(folder)
  return filled.length > 0 ? kept : undefined
}

/** What SQLite would apply to whatever database it finds beside them. */
const logs = ['-wal', '-journal'] as const

/** Everything that is in the log goes into the file, so that there is one file to keep. A file that is no database stays as it is. */
async function moveLogIntoFile(location: FileLocation): Promise<void> {
  try {
    const mark = readApplicationMark(location)
    if (!mark.ok || mark.value === 'empty') return
    await withAttached({ uri: location.url }, (client) => client.execute('pragma broker.wal_checkpoint(truncate)'))
  } catch {
    // The log is kept beside the file.
  }
}

/** A second name for the same file, which costs no room; a copy where the file system knows no second names. */
function keep(path: string, as: string): void {
  try {
    linkSync(path, as)
  } catch {
    copyFileSync(path, as, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
    syncToDisk(as)
  }
}

/** Second names of the database itself, from a restore that was killed before the database got its successor. */
function removeAliases(path: string): void {
  const database = statSync(path, { throwIfNoEntry: false })
  if (database === undefined || database.nlink === 1) return
  for (const name of readdirSync(dirname(path))) {
    const alias = join(dirname(path), name)
    if (name.startsWith(`${basename(path)}.before-restore-`) && statSync(alias).ino === database.ino) rmSync(alias)
  }
}

/** Puts something in the place that no broker takes for a database. */
function block(path: string, replacement: string): void {
  const notice = `${replacement}-notice`
  writeFileSync(notice, 'A restore was ended here. Restore again; what was here before is kept beside this file.\n', { mode: 0o600 })
  syncToDisk(notice)
  renameSync(notice, path)
  syncToDisk(dirname(path))
}

function isFilled(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0
}
