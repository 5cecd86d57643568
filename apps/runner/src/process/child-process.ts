import type { ChildEnd, ChildFault } from '../supervision/event.ts'

/** The program whose processes the sessions get. */
export interface ChildProgram {
  /** Starts it. Never throws: a start that fails is an end. Nothing is told to the listener before this has returned. */
  start(command: ChildCommand, listener: ChildListener): ChildProcess
}

export interface ChildCommand {
  readonly arguments: readonly string[]
  /** The whole environment; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>
  /** Longest line that is taken from its output, in bytes. */
  readonly maxLineBytes: number
}

/** Hears of one process. */
export interface ChildListener {
  /** One line of its output, without the line break. Tells whether it was asked for: what was not is counted against what it may write. */
  line(text: string): boolean
  /** Told at most once; the process has to be ended. */
  broke(fault: ChildFault): void
  /**
   * Told exactly once, last: the process and all of its group are gone, and every line was told.
   *
   * @param lastWords The last line of its standard error, shortened and cleaned: for the operator only, it may hold private content.
   */
  ended(end: ChildEnd, lastWords: string): void
}

/** One process, the leader of a group of its own. What is asked of one that is gone is ignored. */
export interface ChildProcess {
  /** Absent where none was started. */
  readonly pid: number | undefined
  /** Resident memory of it and all that it started, when that was last measured. */
  memoryBytes(): number | undefined
  /** Writes one line, the line break included. */
  write(line: string): void
  closeInput(): void
  /** Sends a signal to the whole group. */
  signal(signal: 'SIGTERM' | 'SIGKILL'): void
}
