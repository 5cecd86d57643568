import { chmodSync, chownSync, lstatSync, mkdirSync } from 'node:fs'
import { errorCode } from '@fjmcp-broker/shared/error-code'
import { gatewayUser } from '@fjmcp-broker/shared/gateway-user'
import { classifyRefusal, type ListenFailure } from '@fjmcp-broker/shared/listen-failure'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { Isolation } from './decide-isolation.ts'

/**
 * Makes the folder of the sockets, or takes the one that is there: for our uid alone; where the gateway has a uid of its own, for us and
 * its group, and what one of the two makes there the other cannot replace.
 */
export function prepareSocketFolder(path: string, isolation: Isolation): Result<undefined, ListenFailure> {
  try {
    if (isolation.kind === 'none') {
      mkdirSync(path, { recursive: true, mode: 0o700 })
      return ok(undefined)
    }
    // Not those above it: the gateway has to pass through them, and whose they are is the operator's to say.
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) mkdirSync(path, { mode: 0o700 })
    const { uid, mode } = lstatSync(path)
    if (uid !== 0 || (mode & 0o002) !== 0)
      return err({ reason: 'cannot_listen', detail: `the folder ${path} has to be root's, and writable by nobody else` })
    openToGateway(path, 0o1770)
    return ok(undefined)
  } catch (error) {
    return err({ reason: classifyRefusal(error), detail: `the folder ${path} cannot be made (${errorCode(error) ?? String(error)})` })
  }
}

/** Opens a socket that we alone could open to the gateway as well. */
export function openSocketToGateway(path: string): void {
  openToGateway(path, 0o660)
}

/** Without the capability CHOWN root may give what is its own to a group, but only to one that it is in at that moment. */
function openToGateway(path: string, mode: number): void {
  process.setegid?.(gatewayUser.gid)
  try {
    chownSync(path, -1, gatewayUser.gid)
    chmodSync(path, mode)
  } finally {
    process.setegid?.(0)
  }
}
