import { type Circuit, isTryDue } from './circuit.ts'
import type { Places } from './places.ts'

/** What is to be done next so that whoever waits gets a child. */
export type Sharing<Session> =
  /** The oldest ready child that nobody has goes to this session. */
  | { readonly type: 'hand_over'; readonly session: Session }
  /** No child will come for this session: none comes up. */
  | { readonly type: 'refuse'; readonly session: Session; readonly detail: string }
  /** This session's idle child has to go. */
  | { readonly type: 'evict'; readonly session: Session }
  | { readonly type: 'start' }
  /** A ready child that nobody has is one too many. */
  | { readonly type: 'retire' }

/** The children that no session has. */
export interface PoolCounts {
  readonly starting: number
  readonly ready: number
  readonly ending: number
  /** Until then none is started for nobody: whoever got the last one has the machine to himself for his first call. */
  readonly restsUntilMs: number
}

/** What sharing depends on beside who waits and who has a child. */
export interface SharingMoment {
  readonly nowMs: number
  readonly pool: PoolCounts
  readonly circuit: Circuit
  /** Children in all. */
  readonly maxChildren: number
  /** How many ready children are kept for whoever comes next. */
  readonly poolSize: number
  /** Whether a child that is started now could come up. */
  readonly mayStart: boolean
  /** Whether one is needed to tell what all offer. */
  readonly isTellerWanted: boolean
}

/** So many children start at once: as many again find two cores at work already, and would only delay each other. */
const mostStarting = 4

/**
 * Shares out the children. Whoever waits gets a ready one; else one is started; else, where all places are taken, an idle one has to go, of
 * the user who has most. A user at his own limit gives up an idle one of his own. Only places that nobody waits for serve to have some ready.
 */
export function shareOut<Session>(places: Places<Session>, moment: SharingMoment): Sharing<Session> | undefined {
  const { pool, circuit, maxChildren } = moment
  const next = places.nextInLine()
  if (next !== undefined && pool.ready > 0) return { type: 'hand_over', session: next }
  if (circuit.name !== 'closed') {
    const refused = places.oldestWaiting()
    if (refused !== undefined) return { type: 'refuse', session: refused, detail: circuit.detail }
  }
  const own = places.idleOfCrowded()
  if (own !== undefined) return { type: 'evict', session: own }
  if (pool.ready > moment.poolSize) return { type: 'retire' }
  if (!moment.mayStart || pool.starting >= startsAllowed(moment)) return undefined
  if (pool.starting + pool.ready >= places.demand + spareWanted(moment)) return undefined
  if (places.taken + pool.starting + pool.ready + pool.ending < maxChildren) return { type: 'start' }
  const coming = pool.starting + pool.ending + places.leaving
  const victim = places.demand > coming ? places.idleOfLargest() : undefined
  return victim && { type: 'evict', session: victim }
}

/** How many children may be on their way up. */
function startsAllowed({ circuit, nowMs }: SharingMoment): number {
  if (circuit.name === 'closed') return circuit.fullUntilMs <= nowMs ? mostStarting : 0
  return isTryDue(circuit, nowMs) ? 1 : 0
}

/** One more than there are, where one has to come up to be asked, or to show whether any does. */
function spareWanted({ nowMs, pool, circuit, poolSize, isTellerWanted }: SharingMoment): number {
  if (isTellerWanted || circuit.name === 'open') return Math.max(poolSize, pool.ready + 1)
  return pool.restsUntilMs <= nowMs ? poolSize : 0
}
