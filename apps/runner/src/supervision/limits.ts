/** Bounds on sessions and children; times in milliseconds. */
export interface Limits {
  readonly callTimeoutMs: number
  /** How long a call waits for a child. */
  readonly queueMs: number
  /** How long a child without calls is kept. */
  readonly childIdleMs: number
  /** What a child may tell of what it offers, in bytes. */
  readonly catalogueSize: number
  readonly startTimeoutMs: number
  /** How long a child may take to end before the next, harder step. */
  readonly endGraceMs: number
  readonly firstBackOffMs: number
  readonly longestBackOffMs: number
}
