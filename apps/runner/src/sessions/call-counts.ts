/** How many calls are under way. */
export interface CallCount {
  readonly calls: number
  /** Those of them that wait for a child. */
  readonly queued: number
}

/** Counts calls, in all and of each user. */
export interface CallCounts {
  add(userId: string, more: CallCount): void
  inAll(): CallCount
  ofUser(userId: string): CallCount
}

const none: CallCount = { calls: 0, queued: 0 }

export function createCallCounts(): CallCounts {
  const users = new Map<string, CallCount>()
  let all = none

  return {
    add(userId, more) {
      if (more.calls === 0 && more.queued === 0) return
      all = sum(all, more)
      const theirs = sum(users.get(userId) ?? none, more)
      if (theirs.calls === 0) users.delete(userId)
      else users.set(userId, theirs)
    },
    inAll: () => all,
    ofUser: (userId) => users.get(userId) ?? none,
  }
}

function sum(one: CallCount, other: CallCount): CallCount {
  return { calls: one.calls + other.calls, queued: one.queued + other.queued }
}
