/** What was seen that must not be. */
export interface Findings {
  readonly all: readonly string[]
  add(finding: string): void
}

/** @param onFound Called with each, as it is found. */
export function createFindings(onFound: (finding: string) => void = () => undefined): Findings {
  const all: string[] = []
  return {
    all,
    add(finding) {
      all.push(finding)
      onFound(finding)
    },
  }
}
