/**
 * Lets each user do one thing at a time of those that all have to wait for while they are done: who asks for a thousand waits for their own,
 * and everybody else for at most one of each user.
 */
export interface UserTurns {
  /** Does it when everything is done that the same user began before, however that went. Settles as `act` does. */
  take<Value>(userId: string, act: () => Promise<Value>): Promise<Value>
}

export function createUserTurns(): UserTurns {
  /** Of each user who has something to do, what they began last. */
  const last = new Map<string, Promise<unknown>>()

  return {
    take(userId, act) {
      const before = last.get(userId)
      const acted = before === undefined ? act() : before.then(act)
      const settled = acted.then(ignore, ignore)
      last.set(userId, settled)
      void settled.then(() => {
        if (last.get(userId) === settled) last.delete(userId)
      })
      return acted
    },
  }
}

function ignore(): void {}
