import { errorCode } from '@fjmcp-broker/shared/error-code'
import { type Log, silentLog } from '@fjmcp-broker/shared/log'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { StartFailure } from '../supervision/event.ts'
import { type ChildBounds, unbounded } from './child-bounds.ts'
import type { ChildProgram } from './child-process.ts'
import { type ChildUser, type ChildUsers, runnersOwnUser } from './child-user.ts'
import { findNonblock } from './nonblock.ts'
import { remedyFor } from './refused-start.ts'
import { resolveProgram } from './resolve-program.ts'
import { startFailed, startProcess } from './start-process.ts'

/**
 * The child program as the system has it. It is looked up once, and again after a failed start, since it may have been installed or moved.
 *
 * @param program A name on the search path, or the path of a file.
 * @param searchPath The runner's PATH; its children get none.
 * @param users Whom its processes run as; as the runner itself where nothing is said.
 * @param nonblock The program that lets children read without blocking; the one for this platform where nothing is said.
 * @param bounds What its processes may take; as much as they like where nothing is said.
 */
export function createChildProgram({
  program,
  searchPath,
  users = runnersOwnUser,
  bounds = unbounded,
  nonblock = findNonblock(),
  log = silentLog,
}: {
  readonly program: string
  readonly searchPath: string
  readonly users?: ChildUsers | undefined
  readonly bounds?: ChildBounds | undefined
  readonly nonblock?: string | undefined
  readonly log?: Log | undefined
}): ChildProgram {
  let usedNonblock = nonblock
  let known: string | undefined

  return {
    start(command, listener) {
      const path = find()
      if (!path.ok) return startFailed(path.error, listener)
      const taken = takeUser()
      if (!taken.ok) {
        onNotStarted(taken.error)
        return startFailed(taken.error, listener)
      }
      const user = taken.value
      using unlessStarted = new DisposableStack()
      unlessStarted.defer(() => user.release())
      const started = startProcess({
        path: path.value,
        nonblock: usedNonblock,
        command,
        user,
        bounds,
        listener,
        onNotStarted,
        onNonblockUnusable,
      })
      unlessStarted.move()
      return started
    },
  }

  function takeUser(): Result<ChildUser, StartFailure> {
    try {
      const user = users.take()
      return user === undefined ? err({ reason: 'refused', code: 'NO_FREE_UID' }) : ok(user)
    } catch (error) {
      // It looks at the processes that there are, for which the system may have no descriptor left.
      return err({ reason: 'refused', code: errorCode(error) ?? 'UNKNOWN' })
    }
  }

  function find(): Result<string, StartFailure> {
    if (known !== undefined) return ok(known)
    const found = resolveProgram({ program, searchPath })
    if (found.ok) known = found.value
    return found
  }

  function onNotStarted(cause: StartFailure): void {
    known = undefined
    if (cause.reason === 'refused') log.error('child_refused', { code: cause.code, remedy: remedyFor(cause.code) })
  }
  /** As in a checkout that is not open to all, where children have uids of their own. */
  function onNonblockUnusable(): void {
    log.warn('nonblock_unusable', { path: usedNonblock })
    usedNonblock = undefined
  }
}
