import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readStartTime } from '@fjmcp-broker/shared/process/process-identity'

/** The path for this process's unfinished copy in a folder. It tells whose it is, so that a later process can tell when nobody's. */
export function temporaryCopyPath(folder: string): string {
  return join(folder, `${prefix}${process.pid}.${startTimeOf(process.pid)}`)
}

/** Removes the copies that killed processes left in a folder. Those of processes that are at work stay. */
export function removeStaleCopies(folder: string): void {
  for (const name of listNames(folder)) {
    const [, pid, startTime] = form.exec(name) ?? []
    if (pid !== undefined && startTimeOf(Number(pid)) !== startTime) rmSync(join(folder, name), { force: true })
  }
}

/** Removes a copy and what SQLite put beside it. */
export function removeCopy(copy: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal', '-notice']) rmSync(copy + suffix, { force: true })
}

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
