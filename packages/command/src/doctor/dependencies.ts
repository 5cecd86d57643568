import type { FileLocation } from '@fjmcp-broker/gateway/store/libsql/location'
import type { ProgramIdentity } from '@fjmcp-broker/runner/program/identify-program'
import type { StartFailure } from '@fjmcp-broker/runner/supervision/event'
import type { Environment } from '@fjmcp-broker/shared/env'
import type { Result } from '@fjmcp-broker/shared/result'
import type { ReadSecretFile } from '@fjmcp-broker/shared/secret-file'
import type { BrokerStatus, NoStatus } from '../ask-status.ts'
import type { Ask, Resolve } from './network/ask.ts'
import type { Surroundings } from './surroundings.ts'

/** All that the doctor's checks need of the world. */
export interface DoctorDependencies {
  readonly environment: Environment
  readonly readSecretFile: ReadSecretFile
  readonly ask: Ask
  readonly resolve: Resolve
  readonly askStatus: (path: string) => Promise<Result<BrokerStatus, NoStatus>>
  /** Whether some process is the owner of this database. */
  readonly isOwned: (location: FileLocation) => Promise<boolean>
  /** Starts the child program to hear what it is. */
  readonly identifyProgram: (program: string) => Promise<Result<ProgramIdentity, StartFailure>>
  readonly readFreeBytes: (folder: string) => number
  /** Why this process may not read and write a file or folder, by the system's name for it; undefined where it may. */
  readonly findAccessProblem: (path: string) => string | undefined
  /** This process's, which is the broker's too. */
  readonly uid: number
  readonly surroundings: Surroundings
}
