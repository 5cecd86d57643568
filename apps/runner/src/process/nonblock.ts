import { accessSync, constants } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Absolute path of the folder with `nonblock` for each platform. The bundle keeps it beside itself, as it is beside this file. */
export const nonblockFolder = fileURLToPath(new URL('./nonblock', import.meta.url))

/**
 * The program `nonblock`, which runs another one with a standard input that does not block, and becomes it. Undefined where there is none
 * for this platform, or where it cannot be run; children are started without it then, and answer more slowly. Node itself makes every
 * standard input blocking: docs/decisions/0014-children-read-without-blocking.md.
 *
 * @param platform The system's name and the processor's, as Node has them.
 */
export function findNonblock(platform = `${process.platform}-${process.arch}`): string | undefined {
  const path = `${nonblockFolder}/${platform}`
  try {
    accessSync(path, constants.X_OK)
    return path
  } catch {
    return undefined
  }
}

/** What it ends with where it could not become the program: this and the number of the system's error. */
export const nonblockFailedCode = 128

/** What it writes to its standard error then, and nothing else: a program may end with such a code by itself. */
export const nonblockFailedWord = 'nonblock failed\n'
