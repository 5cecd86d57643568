import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Has the disk hold what a file or folder holds now: of a folder, which names are in it. */
export function syncToDisk(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
