import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import type { FileLocation } from '@fjmcp-broker/gateway/store/libsql/location'
import { takeOwnerLock } from '@fjmcp-broker/gateway/store/libsql/owner-lock'
import { createChildProgram } from '@fjmcp-broker/runner/process/child-program'
import { identifyProgram } from '@fjmcp-broker/runner/program/identify-program'
import { systemSchedule } from '@fjmcp-broker/runner/schedule'
import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Environment } from '@fjmcp-broker/shared/env'
import { errorCode } from '@fjmcp-broker/shared/error-code'
import { readSecretFile } from '@fjmcp-broker/shared/read-secret-file'
import { askStatus } from '../ask-status.ts'
import type { DoctorDependencies } from './dependencies.ts'
import { createNetwork } from './network/ask-network.ts'
import { readSurroundings } from './surroundings.ts'

/** The doctor's dependencies as the system has them. */
export function createSystemDependencies({
  environment,
  clock,
}: {
  readonly environment: Environment
  readonly clock: Clock
}): DoctorDependencies {
  const { ask, resolve } = createNetwork({ clock })
  return {
    environment,
    readSecretFile,
    ask,
    resolve,
    askStatus: (path) => askStatus(path, statusWithinMs),
    isOwned,
    identifyProgram: (program) =>
      identifyProgram({
        program: createChildProgram({ program, searchPath: environment['PATH'] ?? '' }),
        groups: { started: ignore, ended: ignore },
        schedule: systemSchedule,
      }).outcome,
    readFreeBytes: (folder) => {
      const { bavail, bsize } = statfsSync(folder)
      return bavail * bsize
    },
    findAccessProblem,
    uid: process.getuid?.() ?? 0,
    surroundings: readSurroundings(environment),
  }
}

const statusWithinMs = 5_000

/** Tries for a moment to become the owner itself; a broker that starts meanwhile waits longer than that. */
async function isOwned(location: FileLocation): Promise<boolean> {
  if (!existsSync(location.lockPath)) return false
  const lock = await takeOwnerLock(location)
  if (!lock.ok) return lock.error.reason === 'second_owner'
  await lock.value.release()
  return false
}

function findAccessProblem(path: string): string | undefined {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | (statSync(path).isDirectory() ? constants.X_OK : 0))
    return undefined
  } catch (error) {
    return errorCode(error) ?? 'unknown error'
  }
}

function ignore(): void {}
