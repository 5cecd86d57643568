import type { Findings } from './findings.ts'

/** How a call ended for the client that made it. */
export type CallOutcome =
  | { readonly kind: 'result'; readonly result: unknown }
  /** A JSON-RPC error, or an HTTP status that says the same. */
  | { readonly kind: 'error'; readonly status: number; readonly message: string }
  /** The connection broke, and nothing could be resumed: nobody can know whether it ran. */
  | { readonly kind: 'lost'; readonly why: string }

/** The books of all calls: which are under way, how they ended, and which writes were acknowledged. */
export interface Ledger {
  /** Returns how to enter its end, which there is one of. */
  begin(call: { readonly name: string; readonly writes?: string | undefined }): (outcome: CallOutcome) => void
  readonly finished: number
  /** Those of them that ended with a result. */
  readonly answered: number
  readonly underWay: number
  /** How many calls of that name have ended, in whatever way. */
  finishedOf(name: string): number
  /** How many of them brought no answer. */
  lostOf(name: string): number
  /** How often calls ended in which way. */
  readonly counts: ReadonlyMap<string, number>
  /** Tokens of all writes that were begun, and whether they were acknowledged. */
  readonly writes: ReadonlyMap<string, { readonly acknowledged: boolean }>
  /** Settles as soon as `holds`, which is looked at whenever a call begins or ends. */
  until(holds: () => boolean): Promise<void>
}

export function createLedger(findings: Findings): Ledger {
  const counts = new Map<string, number>()
  const finishedByName = new Map<string, number>()
  const writes = new Map<string, { acknowledged: boolean }>()
  const waiting = new Set<{ readonly holds: () => boolean; readonly resolve: () => void }>()
  let finished = 0
  let answered = 0
  let underWay = 0

  function lookAgain(): void {
    for (const one of waiting) {
      if (!one.holds()) continue
      waiting.delete(one)
      one.resolve()
    }
  }

  return {
    get finished() {
      return finished
    },
    get answered() {
      return answered
    },
    get underWay() {
      return underWay
    },
    finishedOf: (name) => finishedByName.get(name) ?? 0,
    lostOf: (name) => [...counts].reduce((sum, [way, count]) => sum + (way.startsWith(`${name}: lost`) ? count : 0), 0),
    counts,
    writes,
    begin({ name, writes: token }) {
      let isOver = false
      underWay += 1
      if (token !== undefined) writes.set(token, { acknowledged: false })
      lookAgain()
      return (outcome) => {
        if (isOver) return findings.add(`${name} ended a second time, with ${JSON.stringify(outcome)}`)
        isOver = true
        underWay -= 1
        finished += 1
        if (outcome.kind === 'result') answered += 1
        const way = describeEnd(name, outcome)
        finishedByName.set(name, (finishedByName.get(name) ?? 0) + 1)
        counts.set(way, (counts.get(way) ?? 0) + 1)
        if (outcome.kind === 'result' && token !== undefined) writes.set(token, { acknowledged: true })
        const wrong = judge(outcome)
        if (wrong !== undefined) findings.add(`${name} ${wrong}: ${JSON.stringify(outcome)}`)
        lookAgain()
      }
    },
    until(holds) {
      if (holds()) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.add({ holds, resolve })
      return promise
    },
  }
}

/** Nothing that happens here is a reason to sign in again, to begin another session, or for a fault of ours. */
function judge(outcome: CallOutcome): string | undefined {
  if (outcome.kind !== 'error') return undefined
  if (outcome.message === '') return 'failed without a reason'
  if (outcome.status === 401) return 'was asked to sign in again'
  if (outcome.status === 404) return 'lost its session'
  const mayCome = [200, 429, 503].includes(outcome.status)
  return mayCome ? undefined : 'failed in a way that nobody expects'
}

function describeEnd(name: string, outcome: CallOutcome): string {
  switch (outcome.kind) {
    case 'result':
      return `${name}: answered`
    case 'error':
      return `${name}: ${outcome.status} ${outcome.message.replaceAll(/\d+/g, 'N').slice(0, 90)}`
    case 'lost':
      return `${name}: lost, ${outcome.why}`
  }
}
