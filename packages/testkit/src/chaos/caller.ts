import type { Findings } from './findings.ts'
import type { CallOutcome, Ledger } from './ledger.ts'
import type { Random } from './random.ts'

/** A client that can be kept busy. */
export interface Caller {
  readonly name: string
  /** Does one thing and tells how it ended. Never throws. */
  act(): Promise<CallOutcome>
  /** Drops its connection. */
  drop(): void
  /** Looks whether each of its sessions answers, and enters what does not. */
  sayWhetherAllGoOn(): Promise<void>
  /** Ends all its sessions. */
  leave(): Promise<void>
}

/** Whether the child has the tool that takes its time, `create_issue_in_steps`, or only such as forgejo-mcp has. */
export type OfferedTools = 'with_steps' | 'of_forgejo_mcp'

/** What every client of a run is given. */
export interface Calling {
  readonly ledger: Ledger
  readonly findings: Findings
  /** Its own. */
  readonly random: Random
}
