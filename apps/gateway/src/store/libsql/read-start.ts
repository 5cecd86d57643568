import { closeSync, openSync, readSync } from 'node:fs'
import { errorCode } from '@fjmcp-broker/shared/error-code'

/** The first bytes of a file, without SQLite: fewer where it has fewer, none where there is no file. */
export function readStart(path: string, bytes: number): Buffer {
  const file = openIfThere(path)
  if (file === undefined) return Buffer.alloc(0)
  try {
    const start = Buffer.alloc(bytes)
    return start.subarray(0, readSync(file, start, 0, bytes, 0))
  } finally {
    closeSync(file)
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
