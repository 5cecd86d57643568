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

/** @param bytesInAll One user has a quarter of what the others leave: so no few of them leave nothing. */
export function createBodyBudget(bytesInAll: number): BodyBudget {
  const byUser = new Map<string, number>()
  let taken = 0

  return {
    open(userId) {
      let own = 0
      return {
        take(bytes) {
          const ofUser = byUser.get(userId) ?? 0
          if (ofUser + bytes > (bytesInAll - (taken - ofUser)) / 4) return false
          own += bytes
          add(userId, bytes)
          return true
        },
        close() {
          add(userId, -own)
          own = 0
        },
      }
    },
  }

  function add(userId: string, bytes: number): void {
    const ofUser = (byUser.get(userId) ?? 0) + bytes
    taken += bytes
    if (ofUser > 0) byUser.set(userId, ofUser)
    else byUser.delete(userId)
  }
}
