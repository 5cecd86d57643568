import type { SessionState } from './session.ts'

/** Who gets one of the places for children, who gets none, and whose idle child goes to make room. */
export interface PlaceDecision<Session> {
  readonly given: readonly Session[]
  readonly refused: readonly Session[]
  readonly evicted: readonly Session[]
}

/**
 * Shares out the places. Whoever waits gets a free one; else one that becomes free, by a child that is on its way out already or by the least
 * recently used idle one, which then has to go; else none, for all are at work. Who is in none of the lists goes on waiting.
 *
 * @param waiting Those that need a place, the longest waiting first.
 * @param holding Those that have one.
 */
export function sharePlaces<Session extends { readonly state: SessionState }>({
  limit,
  waiting,
  holding,
}: {
  readonly limit: number
  readonly waiting: Iterable<Session>
  readonly holding: Iterable<Session>
}): PlaceDecision<Session> {
  const holders = [...holding]
  let free = limit - holders.length
  let leaving = holders.filter(({ state }) => state.phase.name === 'ending').length
  const idle = holders.filter(({ state }) => isIdle(state)).sort((a, b) => lastUsedMs(a.state) - lastUsedMs(b.state))
  const given: Session[] = []
  const refused: Session[] = []
  const evicted: Session[] = []
  for (const session of waiting) {
    if (free > 0) {
      free -= 1
      given.push(session)
    } else if (leaving > 0) {
      leaving -= 1
    } else {
      const victim = idle.shift()
      if (victim === undefined) refused.push(session)
      else evicted.push(victim)
    }
  }
  return { given, refused, evicted }
}

function isIdle({ phase, calls }: SessionState): boolean {
  return phase.name === 'ready' && calls.size === 0
}

function lastUsedMs({ phase }: SessionState): number {
  return phase.name === 'ready' ? phase.lastUsedMs : 0
}
