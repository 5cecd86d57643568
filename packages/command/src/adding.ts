import type { Command } from 'commander'
import type { Call } from './call.ts'

/** What commands are added with. */
export interface Adding {
  readonly program: Command
  readonly call: Call
  /** Makes a commander action of a function whose result is the program's exit code. */
  readonly ends: <Args extends readonly unknown[]>(run: (...args: Args) => Promise<number>) => (...args: Args) => Promise<void>
}

export interface JsonOption {
  readonly json?: boolean
}

/** The end of a command's help. */
export function exits(meanings: string): string {
  return `\nExit codes: ${meanings}.`
}
