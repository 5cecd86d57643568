import { describe, expect, test } from 'vitest'
import { createCollectedLog } from '../../test/oauth/collected-log.ts'
import type { AuditStore, NewAuditEvent } from '../store/audit-store.ts'
import { StoreFailure } from '../store/store.ts'
import { silentProbe } from '../probe.ts'
import { createAuditTrail } from './audit-trail.ts'

/** A trail whose store only notes what it is given. */
function createTrail(insert: (events: readonly NewAuditEvent[]) => Promise<void> = async () => {}) {
  const writes: (readonly NewAuditEvent[])[] = []
  const pending: Promise<void>[] = []
  const log = createCollectedLog()
  const stopping = new AbortController()
  let made = 0
  const auditEvents = {
    async insert(events: readonly NewAuditEvent[]) {
      writes.push(events)
      await insert(events)
    },
  } as AuditStore
  const trail = createAuditTrail({
    store: { auditEvents },
    log,
    probe: silentProbe,
    clock: () => 7,
    newId: (prefix) => `${prefix}_${(made += 1)}`,
    waitUntil: (work) => void pending.push(work),
    stopping: stopping.signal,
  })
  return { ...trail, writes, pending, log, stopping }
}

const refreshed = { type: 'tokens_refreshed', userId: 'usr_1', clientId: 'cli_1', grantId: 'gra_1' } as const

test('an event is a line of the log before it is a row', async () => {
  const trail = createTrail()
  trail.record({ ...refreshed, details: { familyId: 'fam_1' } }, '192.0.2.1')
  expect(trail.log.events).toEqual([
    {
      level: 'info',
      event: 'tokens_refreshed',
      fields: {
        audit: true,
        auditId: 'aud_1',
        userId: 'usr_1',
        clientId: 'cli_1',
        grantId: 'gra_1',
        address: '192.0.2.1',
        familyId: 'fam_1',
      },
    },
  ])
  expect(trail.writes).toEqual([])
  await trail.flush()
  expect(trail.writes).toEqual([[{ ...refreshed, id: 'aud_1', atMs: 7, address: '192.0.2.1', details: { familyId: 'fam_1' } }]])
})

test('what an operator should look at is said louder', async () => {
  const trail = createTrail()
  trail.record({ ...refreshed, type: 'refresh_token_reused' })
  expect(trail.log.events).toMatchObject([{ level: 'warn', event: 'refresh_token_reused' }])
})

test('no detail takes the place of who did it', async () => {
  const trail = createTrail()
  trail.record({ ...refreshed, details: { audit: false, userId: 'usr_other', address: 'nowhere' } }, '192.0.2.1')
  expect(trail.log.events).toMatchObject([{ fields: { audit: true, userId: 'usr_1', address: '192.0.2.1' } }])
})

test('events that happen together are one write, in their order', async () => {
  const trail = createTrail()
  for (let n = 0; n < 250; n += 1) trail.record(refreshed)
  await trail.flush()
  expect(trail.writes.map((events) => events.length)).toEqual([100, 100, 50])
  expect(trail.writes.flat().map(({ id }) => id)).toEqual(Array.from({ length: 250 }, (_, n) => `aud_${n + 1}`))
  trail.record(refreshed)
  await trail.flush()
  expect(trail.writes.at(-1)).toHaveLength(1)
})

test('what is not written yet is work that a stop waits for, and does without delay', async () => {
  const trail = createTrail()
  trail.record(refreshed)
  trail.stopping.abort()
  await Promise.all(trail.pending)
  expect(trail.writes).toHaveLength(1)
  trail.record(refreshed)
  await Promise.all(trail.pending)
  expect(trail.writes).toHaveLength(2)
})

test('a watcher hears of each write, until it ends that', async () => {
  const trail = createTrail()
  let heard = 0
  const unwatch = trail.watch(() => (heard += 1))
  trail.record(refreshed)
  await trail.flush()
  expect(heard).toBe(1)
  unwatch()
  trail.record(refreshed)
  await trail.flush()
  expect(heard).toBe(1)
})

describe('an event that cannot be stored', () => {
  test('is said whole in the log and stops nothing', async () => {
    const trail = createTrail(async () => {
      throw new StoreFailure('the database could not do what was asked: SQLITE_FULL')
    })
    trail.record({ ...refreshed, details: { familyId: 'fam_1' } }, '192.0.2.1')
    await trail.flush()
    expect(trail.log.events.at(-1)).toEqual({
      level: 'error',
      event: 'audit_event_not_stored',
      fields: {
        ...trail.log.events[0]?.fields,
        type: 'tokens_refreshed',
        reason: 'the database could not do what was asked: SQLITE_FULL',
      },
    })
  })

  test('does not keep later ones from it', async () => {
    let fails = true
    const trail = createTrail(async () => {
      if (fails) throw new Error('a fault')
    })
    trail.record(refreshed)
    await trail.flush()
    fails = false
    trail.record(refreshed)
    await trail.flush()
    expect(trail.writes.map(([event]) => event?.id)).toEqual(['aud_1', 'aud_2'])
    expect(trail.log.events.filter(({ event }) => event === 'audit_event_not_stored')).toHaveLength(1)
  })

  test('is one of more than ten thousand that wait while the store hangs', async () => {
    const hanging = Promise.withResolvers<void>()
    const trail = createTrail(() => hanging.promise)
    trail.record(refreshed)
    const flushed = trail.flush()
    await Promise.resolve()
    for (let n = 0; n < 10_001; n += 1) trail.record(refreshed)
    expect(trail.log.events.filter(({ event }) => event === 'audit_event_not_stored').length).toBeGreaterThan(0)
    hanging.resolve()
    await flushed
    expect(trail.writes.flat().length).toBeLessThanOrEqual(10_001)
  })
})
