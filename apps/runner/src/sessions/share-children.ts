import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Pool } from '../pool/pool.ts'
import { explainOpenCircuit } from '../supervision/explain.ts'
import type { Places } from '../supervision/places.ts'
import { shareOut, type SharingMoment } from '../supervision/share-out.ts'
import type { LiveSession } from './live-session.ts'
import type { Supervisor } from './supervisor.ts'

/** Brings sessions and children together by one step; tells whether there was one to take. */
export function shareChildren({
  places,
  pool,
  supervisor,
  clock,
  bounds,
}: {
  readonly places: Places<LiveSession>
  readonly pool: Pick<Pool, 'counts' | 'circuit' | 'start' | 'take' | 'retire'>
  readonly supervisor: Pick<Supervisor, 'tell' | 'handOver'>
  readonly clock: Clock
  readonly bounds: Pick<SharingMoment, 'maxChildren' | 'poolSize' | 'mayStart' | 'isTellerWanted'>
}): boolean {
  const sharing = shareOut(places, { ...bounds, nowMs: clock(), pool: pool.counts(), circuit: pool.circuit() })
  switch (sharing?.type) {
    case undefined:
      return false
    case 'hand_over':
      supervisor.handOver(sharing.session, pool.take())
      return true
    case 'refuse':
      supervisor.tell(sharing.session, { type: 'child_refused', detail: explainOpenCircuit(sharing.detail) })
      return true
    case 'evict':
      supervisor.tell(sharing.session, { type: 'evicted' })
      return true
    case 'start':
      pool.start()
      return true
    case 'retire':
      pool.retire()
      return true
  }
}
