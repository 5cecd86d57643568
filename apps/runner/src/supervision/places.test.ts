import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { sharePlaces } from './places.ts'
import { newSession, type Phase, type SessionState } from './session.ts'

it('gives free places to those who wait longest', () => {
  const decision = sharePlaces({ limit: 3, waiting: [waiting('a'), waiting('b'), waiting('c')], holding: [busy('x')] })
  expect(names(decision)).toEqual({ given: ['a', 'b'], refused: ['c'], evicted: [] })
})

it('evicts the least recently used idle child, and none that works', () => {
  const holding = [idle('old', 10), idle('older', 5), busy('oldest')]
  const decision = sharePlaces({ limit: 3, waiting: [waiting('a')], holding })
  expect(names(decision)).toEqual({ given: [], refused: [], evicted: ['older'] })
})

it('lets those wait for whom a child is on its way out already', () => {
  const decision = sharePlaces({ limit: 2, waiting: [waiting('a')], holding: [ending('x'), idle('y', 1)] })
  expect(names(decision)).toEqual({ given: [], refused: [], evicted: [] })
})

it('lets no two wait for the same child', () => {
  const decision = sharePlaces({ limit: 2, waiting: [waiting('a'), waiting('b'), waiting('c')], holding: [ending('x'), idle('y', 1)] })
  expect(names(decision)).toEqual({ given: [], refused: ['c'], evicted: ['y'] })
})

it('refuses when all children are at work', () => {
  const decision = sharePlaces({ limit: 1, waiting: [waiting('a')], holding: [busy('x')] })
  expect(names(decision)).toEqual({ given: [], refused: ['a'], evicted: [] })
})

it('never gives more places than there are, and decides about each at most once', () => {
  const kind = fc.constantFrom(busy, idle, ending)
  fc.assert(
    fc.property(fc.nat(5), fc.nat(6), fc.array(kind, { maxLength: 5 }), (limit, count, kinds) => {
      const holding = kinds.map((make, index) => make(`h${index}`, index))
      const decision = names(sharePlaces({ limit, waiting: Array.from({ length: count }, (_, index) => waiting(`w${index}`)), holding }))
      expect(decision.given.length).toBeLessThanOrEqual(Math.max(0, limit - holding.length))
      const decided = [...decision.given, ...decision.refused, ...decision.evicted]
      expect(new Set(decided).size).toBe(decided.length)
    }),
    { seed: 2 },
  )
})

interface Named {
  readonly name: string
  readonly state: SessionState
}

function names(decision: { readonly given: readonly Named[]; readonly refused: readonly Named[]; readonly evicted: readonly Named[] }) {
  const nameOf = ({ name }: Named) => name
  return { given: decision.given.map(nameOf), refused: decision.refused.map(nameOf), evicted: decision.evicted.map(nameOf) }
}

function waiting(name: string): Named {
  return inPhase(name, { name: 'waiting' })
}

function idle(name: string, lastUsedMs: number): Named {
  return inPhase(name, { name: 'ready', handshake, lastUsedMs })
}

function busy(name: string): Named {
  const session = idle(name, 0)
  const call = {
    stream: 's',
    clientId: 1,
    clientProgressToken: undefined,
    unsent: undefined,
    deadlineMs: 1,
    metDeadCredential: false,
    logLevel: undefined,
  }
  return { name, state: { ...session.state, calls: new Map([[1, call]]) } }
}

function ending(name: string): Named {
  return inPhase(name, { name: 'ending', step: 'input_closed', deadlineMs: 1, retryAtMs: 0 })
}

function inPhase(name: string, phase: Phase): Named {
  return { name, state: { ...newSession(undefined), phase } }
}

const handshake = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'child', version: '1' } }
