import type { Environment } from '@fjmcp-broker/shared/env'
import { errorCode } from '@fjmcp-broker/shared/error-code'
import { gatewayUser } from '@fjmcp-broker/shared/gateway-user'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { wantsIsolation } from './wants-isolation.ts'

/** The process as the system knows it; Node's own `process` is one. */
export interface Identity {
  getuid?(): number
  getgroups?(): readonly number[]
  setgroups?(groups: readonly number[]): void
  setgid?(gid: number): void
  setuid?(uid: number): void
  umask(mask: number): number
}

/**
 * Makes a command's process the gateway's user where each part of the broker has a user of its own: so that it may open what is the
 * gateway's, and leaves no file behind that the gateway could not open. Anywhere else it stays who it is. Files that it makes are for their
 * owner alone. The failure is for the operator.
 */
export function becomeGatewayUser({
  environment,
  self,
}: {
  readonly environment: Environment
  readonly self: Identity
}): Result<undefined, string> {
  self.umask(0o077)
  if (self.getuid?.() !== 0 || !wantsIsolation(environment)) return ok(undefined)
  const { uid, gid } = gatewayUser
  try {
    self.setgroups?.([])
    self.setgid?.(gid)
    self.setuid?.(uid)
  } catch (error) {
    return err(
      `cannot become uid ${uid}, who owns the broker's data (${errorCode(error) ?? String(error)}): the container needs the capabilities SETUID and SETGID, and uid ${uid} in its map; or run the command as that user (podman exec --user ${uid})`,
    )
  }
  // The groups that Node lists hold the gid too.
  if (self.getuid?.() === uid && self.getgroups?.().every((group) => group === gid) === true) {
    return ok(undefined)
  }
  return err(`did not become uid ${uid}, who owns the broker's data, although the system said so`)
}
