/** What a hostile child goes for. Named by the test, never found by the child: where nothing holds it back it kills what it finds. */
export interface Targets {
  /** Pids by what they are: the gateway, the runner, another child. */
  readonly victims: Readonly<Record<string, number>>
  readonly sockets: readonly string[]
  readonly databaseFolder: string
  /** Where the broker serves its clients, as seen from the child. */
  readonly gatewayUrl: string
  /** Folders, `/` in a container, below which it looks for a place to write to. */
  readonly roots: readonly string[]
}

/** Reads the targets from the JSON text that a test hands over as an argument. */
export function parseTargets(text: string): Targets {
  return JSON.parse(text) as Targets
}
