import type { Command } from 'commander'
import type { Call } from './call.ts'

/** What commands are added to, and what they work with. */
export interface CommandContext {
  readonly program: Command
  readonly call: Call
  /** Makes a commander action of a function whose result is the program's exit code. */
  readonly exitingWith: <Args extends readonly unknown[]>(run: (...args: Args) => Promise<number>) => (...args: Args) => Promise<void>
}

export interface JsonOption {
  readonly json?: boolean
}

/** The end of a command's help. */
export function exitCodes(meanings: string): string {
  return `\nExit codes: ${meanings}.`
}
