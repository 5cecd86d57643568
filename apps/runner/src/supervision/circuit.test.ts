import { describe, expect, it } from 'vitest'
import {
  type ChildLoss,
  type Circuit,
  isTryDue,
  newCircuit,
  noteLived,
  noteLoss,
  noteProof,
  noteReady,
  noteStart,
  retryAfterSeconds,
} from './circuit.ts'

const ofNobody: ChildLoss = { of: 'nobody', detail: 'broken' }

it('opens at the fifth failed start in a row, and not where one proved itself or lived on between', () => {
  expect(fail(newCircuit, 4).name).toBe('closed')
  expect(fail(newCircuit, 5)).toMatchObject({ name: 'open', detail: 'broken' })
  expect(fail(noteProof(fail(newCircuit, 4)), 4).name).toBe('closed')
  expect(fail(noteLived(fail(newCircuit, 4)), 4).name).toBe('closed')
})

it('is not fooled by children that come up and end at once', () => {
  expect(fail(noteReady(fail(newCircuit, 4)), 1).name).toBe('open')
})

describe('children that come up and fail before they have answered anything', () => {
  it('open it when it happens to three users, none of whom got an answer', () => {
    expect(lose(newCircuit, 'alice', 'bob').name).toBe('closed')
    expect(lose(newCircuit, 'alice', 'bob', 'carol')).toMatchObject({ name: 'open', detail: 'broken' })
    expect(lose(noteProof(lose(newCircuit, 'alice', 'bob')), 'alice', 'bob').name).toBe('closed')
  })

  it('do so too where others live on unused', () => {
    expect(lose(noteLived(lose(newCircuit, 'alice', 'bob')), 'carol').name).toBe('open')
  })

  it('leave it closed where they are one user’s, however many', () => {
    expect(lose(newCircuit, ...Array.from({ length: 100 }, () => 'mallory')).name).toBe('closed')
  })
})

describe('a system that has no room for another process', () => {
  const noRoom: ChildLoss = { of: 'system', detail: 'EAGAIN' }

  it('never opens it, but holds starts back for a second', () => {
    let circuit = newCircuit
    for (let count = 0; count < 100; count += 1) circuit = noteLoss(circuit, noRoom, 5_000)
    expect(circuit).toMatchObject({ name: 'closed', failures: 0, fullUntilMs: 6_000 })
  })

  it('does not make the pause of an open one longer', () => {
    expect(noteLoss(noteStart(fail(newCircuit, 5)), noRoom, 5_000)).toMatchObject({ name: 'open', openings: 1, retryAtMs: 6_000 })
  })
})

it('allows one try after a time that is doubled with each that fails, up to a minute', () => {
  let circuit = fail(newCircuit, 5)
  const pauses: number[] = []
  for (let nowMs = 0; pauses.length < 8;) {
    if (circuit.name !== 'open') throw new Error(circuit.name)
    const { retryAtMs } = circuit
    pauses.push(retryAtMs - nowMs)
    expect([isTryDue(circuit, retryAtMs - 1), isTryDue(circuit, retryAtMs)]).toEqual([false, true])
    nowMs = retryAtMs
    circuit = noteStart(circuit)
    expect(isTryDue(circuit, nowMs)).toBe(false)
    circuit = noteLoss(circuit, ofNobody, nowMs)
  }
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
})

it('closes as soon as a child comes up, and begins anew with a second once one has proved itself', () => {
  const again = noteReady(noteStart(fail(newCircuit, 5)))
  expect(again).toMatchObject({ name: 'closed', failures: 0 })
  expect(fail(again, 5)).toMatchObject({ retryAtMs: 2_000 })
  expect(fail(noteProof(again), 5)).toMatchObject({ retryAtMs: 1_000 })
})

it('names at least one second to wait', () => {
  const circuit = fail(newCircuit, 5)
  if (circuit.name !== 'open') throw new Error(circuit.name)
  expect([retryAfterSeconds(circuit, 0), retryAfterSeconds(circuit, 5_000)]).toEqual([1, 1])
})

function fail(circuit: Circuit, times: number): Circuit {
  return Array.from({ length: times }).reduce<Circuit>((before) => noteLoss(before, ofNobody, 0), circuit)
}

function lose(circuit: Circuit, ...userIds: readonly string[]): Circuit {
  return userIds.reduce<Circuit>((before, userId) => noteLoss(before, { of: 'user', userId, detail: 'broken' }, 0), circuit)
}
