import { createFairShare } from '@fjmcp-broker/shared/fair-share'
import type { EventRoom } from '@fjmcp-broker/shared/runner/runner'
import type { GatewayDependencies } from '../dependencies.ts'

/** Bounds what the bodies of requests or of answers take together, so that many that are slow to come or to go do not use up the memory. */
export interface BodyBudget {
  /** @param sender Whose request it is. One sender has a quarter of everything, and of what the others leave. */
  open(sender: string): BodyAccount
}

/** What one body takes. Its disposal gives that back; from then on it takes nothing more. */
export interface BodyAccount extends EventRoom, Disposable {
  /** Asks for room before bytes are kept. Where there is none, or others of the same sender wait for some, nothing is taken. */
  take(bytes: number): BudgetRejection | undefined
}

/** Who has used up what there is: the sender what is theirs, or all together too much of everything. */
export type BudgetRejection = { readonly reason: 'too_much_of_sender' | 'too_much_in_all' }

interface Waiter {
  readonly sender: string
  readonly bytes: number
  readonly rejection: BudgetRejection
  /** Ends the waiting. */
  readonly wake: () => void
}

const reportIntervalMs = 60_000

/** @param name What the log calls it. */
export function createBodyBudget({
  name,
  totalBytes,
  clock,
  log,
}: Pick<GatewayDependencies, 'clock' | 'log'> & { readonly name: string; readonly totalBytes: number }): BodyBudget {
  const share = createFairShare(totalBytes)
  const waiting = new Set<Waiter>()
  let saidAtMs = Number.NEGATIVE_INFINITY

  function check(sender: string, bytes: number): BudgetRejection | undefined {
    const usedUp = share.check(sender, bytes)
    return usedUp && { reason: usedUp === 'own' ? 'too_much_of_sender' : 'too_much_in_all' }
  }

  /** One sender's in their order: else a large one would wait for as long as small ones come. */
  function checkInTurn(sender: string, bytes: number): BudgetRejection | undefined {
    return waiting.values().find((waiter) => waiter.sender === sender)?.rejection ?? check(sender, bytes)
  }

  function giveBack(sender: string, bytes: number): void {
    share.add(sender, -bytes)
    const behind = new Set<string>()
    for (const waiter of waiting) {
      if (behind.has(waiter.sender) || check(waiter.sender, waiter.bytes) !== undefined) behind.add(waiter.sender)
      else waiter.wake()
    }
  }

  function report(sender: string, { reason }: BudgetRejection): void {
    if (clock() < saidAtMs + reportIntervalMs) return
    saidAtMs = clock()
    log.warn('bodies_refused', { of: name, reason, sender, takenBytes: share.taken(), senders: share.owners() })
  }

  return {
    open(sender) {
      const own = new Set<Waiter>()
      let taken = 0
      let isOpen = true

      function keep(bytes: number): void {
        taken += bytes
        share.add(sender, bytes)
      }

      return {
        take(bytes) {
          if (!isOpen) return undefined
          const rejection = checkInTurn(sender, bytes)
          if (rejection === undefined) keep(bytes)
          else report(sender, rejection)
          return rejection
        },
        untilTaken(bytes, signal) {
          const rejection = isOpen ? checkInTurn(sender, bytes) : undefined
          if (rejection === undefined) {
            if (isOpen) keep(bytes)
            return Promise.resolve(true)
          }
          report(sender, rejection)
          const { promise, resolve } = Promise.withResolvers<boolean>()
          const waiter: Waiter = { sender, bytes, rejection, wake: () => end(true) }
          const giveUp = (): void => end(false)
          waiting.add(waiter)
          own.add(waiter)
          signal.addEventListener('abort', giveUp)
          return promise

          function end(isTaken: boolean): void {
            waiting.delete(waiter)
            own.delete(waiter)
            signal.removeEventListener('abort', giveUp)
            if (isTaken && isOpen) keep(bytes)
            resolve(isTaken)
            // There may be room for those behind it.
            if (!isTaken) giveBack(sender, 0)
          }
        },
        giveBack(bytes) {
          const returned = Math.min(bytes, taken)
          taken -= returned
          giveBack(sender, returned)
        },
        [Symbol.dispose]() {
          isOpen = false
          for (const waiter of own) waiter.wake()
          const returned = taken
          taken = 0
          giveBack(sender, returned)
        },
      }
    },
  }
}
