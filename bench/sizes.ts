/** How much is done for each figure. */
export interface Sizes {
  readonly rounds: number
  readonly warmUpCalls: number
  /** Of one client, and of all 50 together. */
  readonly callsOfOne: number
  readonly callsOfFifty: number
  readonly initializes: number
  readonly newSessions: number
  readonly lists: number
  readonly burst: number
  /** Sessions whose memory is measured together, idle and then live. */
  readonly sessionsForMemory: number
  /** Beside so many sessions calls are timed; the last number are held idle, and some of them woken. */
  readonly heldSessions: readonly [number, number, number, number]
  readonly woken: number
  readonly coldWakes: number
  readonly callsBesideFlood: number
}

/** The figures that count. */
export const fullSizes: Sizes = {
  rounds: 5,
  // V8 keeps compiling hot code better for some ten thousand calls.
  warmUpCalls: 20_000,
  callsOfOne: 1_000,
  callsOfFifty: 8_000,
  initializes: 200,
  newSessions: 50,
  lists: 200,
  burst: 500,
  sessionsForMemory: 100,
  heldSessions: [10, 100, 1_000, 10_000],
  woken: 100,
  coldWakes: 50,
  callsBesideFlood: 5_000,
}

/** For trying the bench itself: every part runs, no figure means anything. */
export const quickSizes: Sizes = {
  rounds: 2,
  warmUpCalls: 100,
  callsOfOne: 50,
  callsOfFifty: 200,
  initializes: 10,
  newSessions: 5,
  lists: 10,
  burst: 20,
  sessionsForMemory: 5,
  heldSessions: [10, 20, 50, 100],
  woken: 10,
  coldWakes: 3,
  callsBesideFlood: 200,
}
