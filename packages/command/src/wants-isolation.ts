import type { Environment } from '@fjmcp-broker/shared/env'

/** Whether the settings ask for a uid for each part of the broker. It says nothing of whether their range of uids is a right one. */
export function wantsIsolation(environment: Environment): boolean {
  // An empty one counts as absent.
  return (environment['FJMCP_BROKER_CHILD_UIDS'] ?? '') !== ''
}
