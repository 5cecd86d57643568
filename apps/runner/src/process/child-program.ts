import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { execa } from 'execa'
import type { StartFailure } from '../supervision/event.ts'
import type { ChildProgram, ProgramIdentity } from './child-process.ts'
import { resolveProgram } from './resolve-program.ts'
import { startFailureOf } from './start-failure.ts'
import { startFailed, startProcess } from './start-process.ts'

const identifyTimeoutMs = 5_000

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
      if (!path.ok) return startFailed(path.error, listener)
      return startProcess({ path: path.value, command, listener, onNotStarted: forget })
    },
    async identify() {
      const path = find()
      return path.ok ? identify(path.value) : path
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

async function identify(path: string): Promise<Result<ProgramIdentity, StartFailure>> {
  const result = await execa(path, ['--version'], {
    env: {},
    extendEnv: false,
    cwd: '/',
    stdin: 'ignore',
    timeout: identifyTimeoutMs,
    forceKillAfterDelay: 500,
    maxBuffer: 10_000,
    reject: false,
  })
  if (result.exitCode === undefined && result.signal === undefined && !result.timedOut) return err(startFailureOf(result.code))
  const [, name, version] = /^(\S{1,100})\s+v?(\d\S{0,60})/.exec(result.stdout) ?? []
  return ok({ name: name ?? null, version: version ?? null })
}
