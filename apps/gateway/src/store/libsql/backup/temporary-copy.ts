import { lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readStartTime } from '@fjmcp-broker/shared/process/process-identity'

/** The path for this process's unfinished copy in a folder. It tells whose it is, so that a later process can tell when nobody's. */
export function temporaryCopyPath(folder: string): string {
  return join(folder, `${prefix}${process.pid}.${startTimeOf(process.pid)}`)
}

/**
 * Removes the copies that killed processes left in a folder, once nobody has written to them for a day: that a process is not seen does
 * not say that it is dead, since it may be in another container, or hidden. What cannot be removed stays.
 *
 * @param nowMs Milliseconds since the Unix epoch.
 */
export function removeStaleCopies(folder: string, nowMs: number): void {
  for (const name of listNames(folder)) {
    const [, pid, startTime] = form.exec(name) ?? []
    if (pid === undefined || startTimeOf(Number(pid)) === startTime) continue
    const copy = join(folder, name)
    try {
      if (nowMs - lstatSync(copy).mtimeMs > untouchedMs) rmSync(copy, { force: true })
    } catch {
      // Somebody else's, in a folder that others may write to.
    }
  }
}

/** Removes a copy and what SQLite put beside it. */
export function removeCopy(copy: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal', '-notice']) rmSync(copy + suffix, { force: true })
}

const untouchedMs = 24 * 60 * 60_000

const prefix = '.fjmcp-broker-copy.'
const form = /^\.fjmcp-broker-copy\.(\d+)\.([^.]+?)(?:-wal|-shm|-journal|-notice)?$/

function startTimeOf(pid: number): string {
  return readStartTime(pid) ?? 'unknown'
}

function listNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    // Whoever writes there next says why that fails.
    return []
  }
}
