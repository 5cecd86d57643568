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

const mostAtOnce = 1_000

/**
 * Tells the newest events, or all after a position, and then each that is written, each once and in the order of writing.
 *
 * @param ended Ends it.
 */
export async function followAudit(
  deps: Deps,
  { ended, onEvent, ...question }: AuditQuestion & { readonly ended: AbortSignal; readonly onEvent: (event: StoredAuditEvent) => void },
): Promise<void> {
  let wake: () => void = () => {}
  // From the beginning on, so that nothing falls between what is there and what comes.
  const unwatch = deps.auditTrail.watch(() => wake())
  const end = (): void => wake()
  ended.addEventListener('abort', end)
  try {
    let position = question.position ?? (await tellNewest(deps, question, onEvent))
    while (!ended.aborted) {
      const { promise: woken, resolve } = Promise.withResolvers<void>()
      wake = resolve
      position = await tellAfter(deps, { ...question, position }, onEvent)
      if (!ended.aborted) await woken
    }
  } finally {
    ended.removeEventListener('abort', end)
    unwatch()
  }
}

type OnEvent = (event: StoredAuditEvent) => void

/** Returns from where on to look for further ones. */
async function tellNewest({ store }: Deps, { filter, limit }: AuditQuestion, onEvent: OnEvent): Promise<number> {
  const last = await store.auditEvents.lastPosition()
  const newest = await store.auditEvents.listNewest(filter, limit)
  for (const event of newest) onEvent(event)
  return Math.max(last, newest.at(-1)?.position ?? 0)
}

/** Returns from where on to look the next time, beyond what the filter did not let through. */
async function tellAfter(
  { store }: Deps,
  { filter, position }: AuditQuestion & { readonly position: number },
  onEvent: OnEvent,
): Promise<number> {
  const last = await store.auditEvents.lastPosition()
  let told = position
  for (;;) {
    const events = await store.auditEvents.listAfter(told, filter, mostAtOnce)
    for (const event of events) onEvent(event)
    told = events.at(-1)?.position ?? told
    if (events.length < mostAtOnce) return Math.max(told, last)
  }
}
