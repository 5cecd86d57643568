import type { GatewayDependencies } from '../dependencies.ts'

/** Bounds what the bodies of requests take together that are being read or worked on, so that many of them do not use up the memory. */
export interface BodyBudget {
  /** @param sender One sender has a quarter of everything. */
  open(sender: string): BodyAccount
}

/** What one body takes. Its disposal gives that back. */
export interface BodyAccount extends Disposable {
  /** Asks for room before bytes are kept. Where there is none, nothing is taken. */
  take(bytes: number): BudgetRejection | undefined
}

/** Who has used up what there is: the sender what is theirs, or all together everything. */
export type BudgetRejection = { readonly reason: 'too_much_of_sender' | 'too_much_in_all' }

const reportIntervalMs = 60_000

/** @param name What the log calls it. */
export function createBodyBudget({
  name,
  totalBytes,
  clock,
  log,
}: Pick<GatewayDependencies, 'clock' | 'log'> & { readonly name: string; readonly totalBytes: number }): BodyBudget {
  const bySender = new Map<string, number>()
  let takenBytes = 0
  let saidAtMs = Number.NEGATIVE_INFINITY

  function check(ofSender: number, bytes: number): BudgetRejection | undefined {
    if (ofSender + bytes > totalBytes / 4) return { reason: 'too_much_of_sender' }
    return takenBytes + bytes > totalBytes ? { reason: 'too_much_in_all' } : undefined
  }

  function add(sender: string, bytes: number): void {
    const ofSender = (bySender.get(sender) ?? 0) + bytes
    takenBytes += bytes
    if (ofSender > 0) bySender.set(sender, ofSender)
    else bySender.delete(sender)
  }

  function report(sender: string, { reason }: BudgetRejection): void {
    if (clock() < saidAtMs + reportIntervalMs) return
    saidAtMs = clock()
    log.warn('bodies_refused', { of: name, reason, sender, takenBytes, senders: bySender.size })
  }

  return {
    open(sender) {
      let taken = 0
      return {
        take(bytes) {
          const rejection = check(bySender.get(sender) ?? 0, bytes)
          if (rejection !== undefined) report(sender, rejection)
          else {
            taken += bytes
            add(sender, bytes)
          }
          return rejection
        },
        [Symbol.dispose]() {
          add(sender, -taken)
          taken = 0
        },
      }
    },
  }
}
