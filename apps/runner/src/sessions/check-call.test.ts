import { describe, expect, it } from 'vitest'
import { newCircuit } from '../supervision/circuit.ts'
import { newSession, type SessionState } from '../supervision/session.ts'
import { checkCall } from './check-call.ts'

const limits = { callsPerSession: 4, callsPerUser: 6, queueLength: 10 }
const open = { name: 'open', openings: 1, detail: 'Broken.', retryAtMs: 2_500 } as const
const ready: SessionState = { ...newSession(undefined), phase: { name: 'ready', lastUsedMs: 0, hasAnswered: true } }

function check(more: Partial<Parameters<typeof checkCall>[0]> = {}) {
  const none = { calls: 0, queued: 0 }
  const standard = {
    state: newSession(undefined),
    waitingForPlaces: 0,
    ofUser: none,
    isChildAtHand: false,
    circuit: newCircuit,
    limits,
    nowMs: 0,
  }
  return checkCall({ ...standard, ...more })
}

describe('a call', () => {
  it('is refused where its user has too many under way in all sessions', () => {
    expect(check({ ofUser: { calls: 5, queued: 0 } })).toMatchObject({ ok: true })
    expect(check({ state: ready, ofUser: { calls: 6, queued: 0 } })).toEqual({
      ok: false,
      error: { reason: 'too_many_calls_of_user', limit: 6 },
    })
  })

  it('is refused where too many wait for a place, unless it need not wait', () => {
    const full = { waitingForPlaces: 10 }
    expect(check(full)).toEqual({ ok: false, error: { reason: 'queue_full', retryAfterSeconds: 1 } })
    expect(check({ ...full, state: ready })).toMatchObject({ ok: true })
    expect(check({ ...full, isChildAtHand: true })).toMatchObject({ ok: true })
  })

  it('of a user whose calls are half of the queue already is refused, of another not', () => {
    expect(check({ waitingForPlaces: 5, ofUser: { calls: 5, queued: 5 } })).toMatchObject({ error: { reason: 'queue_full' } })
    expect(check({ waitingForPlaces: 5 })).toMatchObject({ ok: true })
  })

  it('is refused while the circuit is open, unless its session has a child', () => {
    expect(check({ circuit: open })).toEqual({
      ok: false,
      error: { reason: 'circuit_open', detail: 'Broken.', retryAfterSeconds: 3 },
    })
    expect(check({ circuit: open, state: ready })).toMatchObject({ ok: true })
  })
})
