import { createBuckets } from './buckets.ts'
import { firstOf } from '@fjmcp-broker/shared/first-of'
import type { SessionState } from './session.ts'

/** What a session has to do with the places: it needs one, or has one that it works in, could give up, or is leaving. */
export type Standing = 'none' | 'waiting' | 'working' | 'idle' | 'leaving'

/** Keeps account of who has children and who needs one, so that who is next is known without looking at all of them. */
export interface Places<Session> {
  /** Takes note of where a session stands now. */
  file(session: Session, standing: Standing): void
  /** Children that sessions have. */
  readonly taken: number
  /** Those of them that are on their way out. */
  readonly leaving: number
  /** Sessions that wait and are not held back by the limit of their user. */
  readonly demand: number
  /** Of the users that may have one more child, one with the fewest, in turn; of that user the session that waits longest. */
  nextInLine(): Session | undefined
  /** Of a user who waits for one of his own places, the idle session used least recently. */
  idleOfCrowded(): Session | undefined
  /** Of the users with an idle child, one with the most children; of that user the idle session used least recently. */
  idleOfLargest(): Session | undefined
  mayHaveMore(userId: string): boolean
  /** The session that waits longest, be it for the limit of its user. */
  oldestWaiting(): Session | undefined
}

interface User<Session> {
  readonly waiting: Set<Session>
  /** Least recently used first. */
  readonly idle: Set<Session>
  children: number
  leaving: number
  /** What it adds to the demand. */
  demand: number
}

export function standingOf({ phase, calls }: SessionState): Standing {
  switch (phase.name) {
    case 'absent':
    case 'backing_off':
      return 'none'
    case 'waiting':
      return 'waiting'
    case 'ready':
      return calls.size === 0 ? 'idle' : 'working'
    case 'ending':
      return 'leaving'
  }
}

/**
 * @param maxChildren How many children there may be.
 * @param childrenPerUser How many of them one user may have; at most half, so that there are places for others whatever one does.
 */
export function createPlaces<Session extends { readonly userId: string }>({
  maxChildren,
  childrenPerUser,
}: {
  readonly maxChildren: number
  readonly childrenPerUser: number
}): Places<Session> {
  const mostOfOne = Math.min(childrenPerUser, Math.ceil(maxChildren / 2))
  const users = new Map<string, User<Session>>()
  const standings = new Map<Session, Standing>()
  const waiting = new Set<Session>()
  const hungry = createBuckets<User<Session>>()
  const yielding = createBuckets<User<Session>>()
  const crowded = new Set<User<Session>>()
  const totals = { taken: 0, leaving: 0, demand: 0 }

  return {
    file(session, standing) {
      const before = standings.get(session) ?? 'none'
      if (before === standing) return
      const user = users.get(session.userId) ?? { waiting: new Set(), idle: new Set(), children: 0, leaving: 0, demand: 0 }
      count(user, before, -1)
      count(user, standing, 1)
      for (const [set, name] of [
        [waiting, 'waiting'],
        [user.waiting, 'waiting'],
        [user.idle, 'idle'],
      ] as const) {
        if (standing === name) set.add(session)
        else set.delete(session)
      }
      if (standing === 'none') standings.delete(session)
      else standings.set(session, standing)
      sort(user)
      if (user.children === 0 && user.waiting.size === 0) users.delete(session.userId)
      else users.set(session.userId, user)
    },
    get taken() {
      return totals.taken
    },
    get leaving() {
      return totals.leaving
    },
    get demand() {
      return totals.demand
    },
    nextInLine: () => firstOf(hungry.lowest()?.waiting),
    idleOfCrowded: () => firstOf(firstOf(crowded)?.idle),
    idleOfLargest: () => firstOf(yielding.highest()?.idle),
    mayHaveMore: (userId) => (users.get(userId)?.children ?? 0) < mostOfOne,
    oldestWaiting: () => firstOf(waiting),
  }

  function count(user: User<Session>, standing: Standing, by: 1 | -1): void {
    if (standing === 'none' || standing === 'waiting') return
    user.children += by
    totals.taken += by
    if (standing !== 'leaving') return
    user.leaving += by
    totals.leaving += by
  }

  function sort(user: User<Session>): void {
    const room = mostOfOne - user.children
    const demand = Math.min(user.waiting.size, room)
    totals.demand += demand - user.demand
    user.demand = demand
    if (demand > 0) hungry.put(user, user.children)
    else hungry.remove(user)
    if (user.idle.size > 0) yielding.put(user, user.children)
    else yielding.remove(user)
    if (user.waiting.size > room + user.leaving && user.idle.size > 0) crowded.add(user)
    else crowded.delete(user)
  }
}
