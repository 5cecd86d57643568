/** All that is done against attacks on one handler. */
export interface HandlerDefences {
  /** As it stands in the heading: a path, or what else takes something from outside. */
  readonly handler: string
  readonly defences: readonly Defence[]
}

/** What stops one attack, and what proves that it does. Paths are from the root of the checkout. */
export interface Defence {
  /** What somebody tries. */
  readonly attack: string
  /** Where the attack is described: RFC and section, CVE, or the MCP specification. */
  readonly catalogue: string
  readonly stoppedIn: string
  readonly proof: {
    readonly file: string
    /** The test's title as it stands in the file, placeholders of a table included. */
    readonly test: string
  }
  /** How the defence is taken out: this code stands in the file once, and with the other in its place the proof fails. */
  readonly takenOut: {
    readonly code: string
    readonly replacement: string
    /** Where that is not the file that stops the attack. */
    readonly file?: string
  }
}
