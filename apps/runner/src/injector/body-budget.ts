import { createFairShare } from '@fjmcp-broker/shared/fair-share'

/** Bounds what the bodies of children's requests take together, so that many of them do not use up the memory. */
export interface BodyBudget {
  open(userId: string): BodyAccount
}

/** What one body takes. */
export interface BodyAccount {
  /** Asks for room before bytes are kept; says whether there is any. */
  take(bytes: number): boolean
  /** Gives all of it back. */
  close(): void
}

/** @param bytesInAll Users have their shares of it. */
export function createBodyBudget(bytesInAll: number): BodyBudget {
  const share = createFairShare(bytesInAll)

  return {
    open(userId) {
      let own = 0
      return {
        take(bytes) {
          if (share.check(userId, bytes) !== undefined) return false
          own += bytes
          share.add(userId, bytes)
          return true
        },
        close() {
          share.add(userId, -own)
          own = 0
        },
      }
    },
  }
}
