import { existsSync } from 'node:fs'
import type { Environment } from '@fjmcp-broker/shared/env'
import { listOwnAddresses } from '@fjmcp-broker/shared/list-own-addresses'

/** Where the doctor runs. */
export interface Surroundings {
  readonly isContainer: boolean
  /** The addresses of this machine, or of this container. */
  readonly ownAddresses: readonly string[]
}

export function readSurroundings(environment: Environment): Surroundings {
  return {
    // The variable is set by Podman, the files by Podman and Docker; where /run is a tmpfs of ours, its file may be covered.
    isContainer: environment['container'] !== undefined || ['/run/.containerenv', '/.dockerenv'].some((path) => existsSync(path)),
    ownAddresses: listOwnAddresses(),
  }
}
