import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join, resolve, sep } from 'node:path'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { StartFailure } from '../supervision/event.ts'

/**
 * Finds a program's absolute path: a bare name on the search path as a shell would, anything else from the working directory.
 *
 * @param searchPath The value of PATH.
 */
export function resolveProgram({
  program,
  searchPath,
}: {
  readonly program: string
  readonly searchPath: string
}): Result<string, StartFailure> {
  const candidates = program.includes(sep) ? [resolve(program)] : onSearchPath(program, searchPath)
  const found = candidates.filter((path) => isFile(path))
  const executable = found.find((path) => isExecutable(path))
  if (executable !== undefined) return ok(executable)
  return err({ reason: found.length === 0 ? 'not_found' : 'not_executable' })
}

function onSearchPath(program: string, searchPath: string): readonly string[] {
  return searchPath
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => resolve(join(folder, program)))
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
