import type { SessionStore } from '../store/session-store.ts'

/** How many sessions there may be. */
export interface SessionLimits {
  readonly perUser: number
  readonly inAll: number
}

/** Whose sessions have to end for a new one, and how many. */
export interface TooMany {
  /** Of all users where it is undefined. */
  readonly userId: string | undefined
  readonly number: number
}

/** A place that is taken. */
export interface Place {
  /** Those are counted as gone from now on. */
  readonly tooMany: TooMany | undefined
  /** The session is stored, and those of these users have really ended. */
  stored(endedUserIds: readonly string[]): void
  /** It could not be stored, and none has ended. */
  failed(): void
}

/** Counts the sessions of each user, so that only who is at a limit pays for it. */
export interface SessionRoom {
  /** Takes a place in the same turn; undefined where nothing is counted yet. What was begun in the store before is counted. */
  take(userId: string): Place | undefined
  /** Counts what the store has. */
  count(): Promise<void>
  /** To be asked before sessions are ended: gives back what those of these users took, as far as it was counted by then. */
  ending(): (endedUserIds: readonly string[]) => void
  /** Sessions ended that nobody told of: all are counted anew when it matters. */
  recount(): void
}

export function createSessionRoom({
  store,
  limits,
}: {
  readonly store: Pick<SessionStore, 'countByUser'>
  readonly limits: SessionLimits
}): SessionRoom {
  let counted: Counted | undefined
  let counting: Promise<void> | undefined
  let recounts = 0

  async function count(): Promise<void> {
    const recountsBefore = recounts
    const before = await store.countByUser()
    // Some of them have ended since.
    if (recounts !== recountsBefore) return
    const byUser = new Map(before.map(({ userId, sessions }) => [userId, sessions]))
    counted = { byUser, inAll: before.reduce((sum, { sessions }) => sum + sessions, 0) }
  }

  return {
    take(userId) {
      if (counted === undefined) return undefined
      add(counted, userId, 1)
      return takenPlace(counted, userId, findTooMany(counted, userId, limits))
    },
    count() {
      counting ??= count().finally(() => (counting = undefined))
      return counting
    },
    ending() {
      return counted === undefined ? recount : givingBackTo(counted)
    },
    recount,
  }

  function recount(): void {
    counted = undefined
    recounts += 1
  }
}

interface Counted {
  readonly byUser: Map<string, number>
  inAll: number
}

/** In that count, even if it is no longer the one that holds: the next is made without those that end. Else many at once would end too many. */
function takenPlace(counted: Counted, userId: string, tooMany: TooMany | undefined): Place {
  const expect = (change: number) => tooMany && add(counted, tooMany.userId, change * tooMany.number)
  expect(-1)
  return {
    tooMany,
    stored(endedUserIds) {
      expect(1)
      givingBackTo(counted)(endedUserIds)
    },
    failed() {
      expect(1)
      add(counted, userId, -1)
    },
  }
}

function givingBackTo(counted: Counted): ReturnType<SessionRoom['ending']> {
  return (endedUserIds) => {
    for (const userId of endedUserIds) add(counted, userId, -1)
  }
}

function add(counted: Counted, userId: string | undefined, change: number): void {
  counted.inAll += change
  if (userId === undefined) return
  const sessions = (counted.byUser.get(userId) ?? 0) + change
  if (sessions > 0) counted.byUser.set(userId, sessions)
  else counted.byUser.delete(userId)
}

/** The user's own beyond the user's limit; else one of the user with the most, and two for as long as there are far too many. */
function findTooMany({ byUser, inAll }: Counted, userId: string, limits: SessionLimits): TooMany | undefined {
  const own = (byUser.get(userId) ?? 0) - limits.perUser
  if (own > 0) return { userId, number: own }
  const beyond = inAll - limits.inAll
  return beyond > 0 ? { userId: findRichest(byUser), number: beyond > 1 ? 2 : 1 } : undefined
}

/** Undefined where nobody has more than one session. */
function findRichest(byUser: ReadonlyMap<string, number>): string | undefined {
  let richest: string | undefined
  let most = 1
  for (const [userId, sessions] of byUser) {
    if (sessions > most) [richest, most] = [userId, sessions]
  }
  return richest
}
