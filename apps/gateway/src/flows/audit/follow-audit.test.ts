import { expect, onTestFinished, test } from 'vitest'
import { openMemoryStore } from '../../store/memory-store.ts'
import { followAudit } from './follow-audit.ts'

test('lets others in while it catches up', async () => {
  let turns = 0
  const turn = setInterval(() => turns++, 0)
  onTestFinished(() => clearInterval(turn))
  const seen: number[] = []
  await follow({ count: 1_000, onEvent: () => seen.push(turns) })
  expect(seen).toHaveLength(1_000)
  expect(new Set(seen).size).toBeGreaterThan(1)
})

test('reads no further ahead than its reader', async () => {
  const told: number[] = []
  // Somebody who takes nothing until all is over.
  await follow({ count: 1_000, onEvent: (number) => told.push(number), untilTaken: async (end) => end() })
  expect(told).toHaveLength(200)
})

test('begins with the newest that fit', async () => {
  const told: number[] = []
  await follow({ count: 30, limit: 3, onEvent: (number) => told.push(number) })
  expect(told).toEqual([27, 28, 29])
})

interface Followed {
  readonly count: number
  /** How many of the newest; all of them where it is left out. */
  readonly limit?: number
  readonly onEvent: (number: number) => void
  readonly untilTaken?: (end: () => void) => Promise<void>
}

/** Follows so many events, numbered from 0, until the last was told. */
async function follow({ count, limit, onEvent, untilTaken = async () => {} }: Followed): Promise<void> {
  const store = await openMemoryStore(() => 0)
  onTestFinished(() => store.close())
  const events = Array.from({ length: count }, (_, n) => ({ id: `aud_${n}`, atMs: n, type: 'keys_changed' as const }))
  await store.auditEvents.insert(events)
  const ended = new AbortController()
  const end = () => ended.abort()
  await followAudit(
    { store, auditTrail: { record() {}, flush: async () => {}, watch: () => () => {} } },
    {
      filter: {},
      limit: limit ?? 100,
      position: limit === undefined ? 0 : undefined,
      ended: ended.signal,
      onEvent({ id }) {
        onEvent(Number(id.slice(4)))
        if (id === `aud_${count - 1}`) end()
      },
      untilTaken: () => untilTaken(end),
    },
  )
}
