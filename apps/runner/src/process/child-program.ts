import { ok, type Result } from '@fjmcp-broker/shared/result'
import type { StartFailure } from '../supervision/event.ts'
import type { ChildProgram } from './child-process.ts'
import { resolveProgram } from './resolve-program.ts'
import { startFailed, startProcess } from './start-process.ts'

/**
 * The child program as the system has it. It is looked up once, and again after a failed start, since it may have been installed or moved.
 *
 * @param program A name on the search path, or the path of a file.
 * @param searchPath The runner's PATH; its children get none.
 */
export function createChildProgram({ program, searchPath }: { readonly program: string; readonly searchPath: string }): ChildProgram {
  let known: string | undefined

  return {
    start(command, listener) {
      const path = find()
      return path.ok ? startProcess({ path: path.value, command, listener, onNotStarted: forget }) : startFailed(path.error, listener)
    },
  }

  function find(): Result<string, StartFailure> {
    if (known !== undefined) return ok(known)
    const found = resolveProgram({ program, searchPath })
    if (found.ok) known = found.value
    return found
  }

  function forget(): void {
    known = undefined
  }
}
