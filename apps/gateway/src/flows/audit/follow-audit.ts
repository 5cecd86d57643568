import { pause } from '@fjmcp-broker/shared/pause'
import type { GatewayDependencies } from '../../dependencies.ts'
import type { GatewayMemory } from '../../memory/gateway-memory.ts'
import type { AuditFilter, StoredAuditEvent } from '../../store/audit-store.ts'

/** Which part of the audit log: what comes after a position, or else the newest. */
export interface AuditQuestion {
  readonly filter: AuditFilter
  readonly limit: number
  readonly position: number | undefined
}

type Deps = Pick<GatewayDependencies, 'store'> & Pick<GatewayMemory, 'auditTrail'>

/** Read in a few milliseconds: as long as everybody else waits for the database, which answers without a turn of the event loop. */
const mostAtOnce = 200

interface Following extends AuditQuestion {
  /** Ends it. */
  readonly ended: AbortSignal
  readonly onEvent: (event: StoredAuditEvent) => void
  /** Is waited for after each part. */
  readonly untilTaken: () => Promise<void>
}

/** Tells the newest events, or all after a position, and then each that is written, each once and in the order of writing. */
export async function followAudit(deps: Deps, following: Following): Promise<void> {
  const { ended, filter, limit } = following
  let wake: () => void = () => {}
  // From the beginning on, so that nothing falls between what is there and what comes.
  const unwatch = deps.auditTrail.watch(() => wake())
  const end = (): void => wake()
  ended.addEventListener('abort', end)
  try {
    let position = following.position ?? (await deps.store.auditEvents.positionBeforeNewest(filter, limit))
    while (!ended.aborted) {
      const { promise: woken, resolve } = Promise.withResolvers<void>()
      wake = resolve
      position = await tellAfter(deps, { ...following, position })
      if (!ended.aborted) await woken
    }
  } finally {
    ended.removeEventListener('abort', end)
    unwatch()
  }
}

/** Returns from where on to look the next time, beyond what the filter did not let through. */
async function tellAfter(
  { store }: Deps,
  { filter, position, ended, onEvent, untilTaken }: Following & { readonly position: number },
): Promise<number> {
  const last = await store.auditEvents.lastPosition()
  let told = position
  while (!ended.aborted) {
    const events = await store.auditEvents.listAfter(told, filter, mostAtOnce)
    for (const event of events) onEvent(event)
    told = events.at(-1)?.position ?? told
    await untilTaken()
    if (events.length < mostAtOnce) return Math.max(told, last)
    await pause(0, ended)
  }
  return told
}
