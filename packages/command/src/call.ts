import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Environment } from '@fjmcp-broker/shared/env'

/** What the program was called with, and where it answers. */
export interface Call extends Terminal {
  readonly args: readonly string[]
  /** Node and the program's own file: what starts it once more. */
  readonly self: readonly [node: string, program: string]
  readonly environment: Environment
  /** Where the image's build says what it built; a checkout has no such file. */
  readonly aboutFile: URL
  readonly clock: Clock
}

/** Where a command prints what was asked for, and complains of what went wrong; both end the line. */
export interface Terminal {
  readonly print: (text: string) => void
  readonly complain: (text: string) => void
}
