import { expect, it } from 'vitest'
import { type Circuit, newCircuit, noteFailure, noteProof, noteReady, noteStart, retryAfterSeconds, startsAllowed } from './circuit.ts'

it('opens at the fifth failure in a row, and not where one proved itself between', () => {
  expect(fail(newCircuit, 4).name).toBe('closed')
  expect(fail(newCircuit, 5)).toMatchObject({ name: 'open', detail: 'broken' })
  expect(fail(noteProof(fail(newCircuit, 4)), 4).name).toBe('closed')
})

it('is not fooled by children that come up and end at once', () => {
  expect(fail(noteReady(fail(newCircuit, 4)), 1).name).toBe('open')
})

it('allows one try after a time that is doubled with each that fails, up to a minute', () => {
  let circuit = fail(newCircuit, 5)
  const pauses: number[] = []
  for (let nowMs = 0; pauses.length < 8;) {
    if (circuit.name !== 'open') throw new Error(circuit.name)
    const { retryAtMs } = circuit
    pauses.push(retryAtMs - nowMs)
    expect([startsAllowed(circuit, retryAtMs - 1), startsAllowed(circuit, retryAtMs)]).toEqual([0, 1])
    nowMs = retryAtMs
    circuit = noteStart(circuit)
    expect(startsAllowed(circuit, nowMs)).toBe(0)
    circuit = noteFailure(circuit, 'broken', nowMs)
  }
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
})

it('closes as soon as a child comes up, and begins anew with a second once one has proved itself', () => {
  const again = noteReady(noteStart(fail(newCircuit, 5)))
  expect(again).toMatchObject({ name: 'closed', failures: 0 })
  expect(startsAllowed(again, 0)).toBe(4)
  expect(fail(again, 5)).toMatchObject({ retryAtMs: 2_000 })
  expect(fail(noteProof(again), 5)).toMatchObject({ retryAtMs: 1_000 })
})

it('names at least one second to wait', () => {
  const circuit = fail(newCircuit, 5)
  if (circuit.name !== 'open') throw new Error(circuit.name)
  expect([retryAfterSeconds(circuit, 0), retryAfterSeconds(circuit, 5_000)]).toEqual([1, 1])
})

function fail(circuit: Circuit, times: number): Circuit {
  return Array.from({ length: times }).reduce<Circuit>((before) => noteFailure(before, 'broken', 0), circuit)
}
