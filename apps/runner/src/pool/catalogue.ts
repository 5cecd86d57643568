import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { ChildCatalogue, ChildFailure } from '@fjmcp-broker/shared/runner/runner'
import type { Schedule } from '../schedule.ts'

/** What the child program offers, as one child told it for all. */
export interface Catalogue {
  known(): ChildCatalogue | undefined
  /** Whether somebody waits for it. */
  isWanted(): boolean
  /** What is known, or what the next child tells, which is waited for some seconds. */
  obtain(): Promise<Result<ChildCatalogue, ChildFailure>>
  learned(catalogue: ChildCatalogue): void
  /** Another version of the program was met: what is known is void. */
  outdated(): void
  /** Why a child did not come up: what those are told who do not get to know. */
  startFailed(detail: string): void
  /** None will come up for now. */
  giveUp(detail: string): void
  onChanged(listener: () => void): () => void
}

type Waiter = (outcome: Result<ChildCatalogue, ChildFailure>) => void

/** @param wanted Called when somebody begins to wait. */
export function createCatalogue({
  waitMs,
  schedule,
  wanted,
}: {
  readonly waitMs: number
  readonly schedule: Schedule
  readonly wanted: () => void
}): Catalogue {
  const waiters = new Set<Waiter>()
  const listeners = new Set<() => void>()
  let known: ChildCatalogue | undefined
  let lastFailure = 'forgejo-mcp is not ready yet.'

  return {
    known: () => known,
    isWanted: () => known === undefined && waiters.size > 0,
    async obtain() {
      if (known !== undefined) return ok(known)
      const { promise, resolve } = Promise.withResolvers<Result<ChildCatalogue, ChildFailure>>()
      const callOff = schedule(waitMs, () => waiter(unavailable(lastFailure)))
      waiters.add(waiter)
      wanted()
      return promise

      function waiter(outcome: Result<ChildCatalogue, ChildFailure>): void {
        callOff()
        waiters.delete(waiter)
        resolve(outcome)
      }
    },
    learned(catalogue) {
      known = catalogue
      settleAll(ok(catalogue))
    },
    outdated() {
      known = undefined
      for (const listener of listeners) listener()
    },
    startFailed(detail) {
      lastFailure = detail
    },
    giveUp: (detail) => settleAll(unavailable(detail)),
    onChanged(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }

  function settleAll(outcome: Result<ChildCatalogue, ChildFailure>): void {
    for (const settle of waiters) settle(outcome)
  }
}

function unavailable(detail: string): Result<never, ChildFailure> {
  return err({ reason: 'child_unavailable', detail })
}
