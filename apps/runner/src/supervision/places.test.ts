import { describe, expect, it } from 'vitest'
import { newCircuit } from './circuit.ts'
import { createPlaces, type Standing } from './places.ts'
import { shareOut, type SharingMoment } from './share-out.ts'

describe('who gets a ready child', () => {
  it('is one of the users with the fewest children, and of that user the session that waits longest', () => {
    const { file, decide } = create()
    file('a', 'working', 'a1')
    file('a', 'waiting', 'a2')
    file('b', 'waiting', 'b1')
    file('b', 'waiting', 'b2')
    expect(decide({ ready: 1 })).toMatchObject({ type: 'hand_over', session: { name: 'b1' } })
  })

  it('is in turn each of the users that have equally many', () => {
    const { file, decide } = create()
    for (const name of ['a1', 'a2', 'b1', 'b2', 'c1']) file(name.charAt(0), 'waiting', name)
    const served: string[] = []
    for (let next = decide({ ready: 1 }); next?.type === 'hand_over'; next = decide({ ready: 1 })) {
      served.push(next.session.name)
      file(next.session.userId, 'working', next.session.name)
    }
    expect(served).toEqual(['a1', 'b1', 'c1', 'a2', 'b2'])
  })

  it('is nobody who has as many children as one user may have', () => {
    const { file, decide } = create({ childrenPerUser: 1 })
    file('a', 'working', 'a1')
    file('a', 'waiting', 'a2')
    expect(decide({ ready: 1, poolSize: 1 })).toBeUndefined()
  })
})

describe('whose idle child goes', () => {
  it('is one of the user with the most children, the least recently used of that user', () => {
    const { file, decide } = create()
    file('b', 'idle', 'b1')
    for (const name of ['a1', 'a2', 'a3']) file('a', 'idle', name)
    file('a', 'working', 'a1')
    file('a', 'idle', 'a1')
    file('c', 'waiting', 'c1')
    expect(decide({ maxChildren: 4 })).toMatchObject({ type: 'evict', session: { name: 'a2' } })
  })

  it('is none that works, and none to have a child ready', () => {
    const { file, decide } = create()
    file('a', 'working', 'a1')
    file('b', 'idle', 'b1')
    expect(decide({ maxChildren: 2, poolSize: 2 })).toBeUndefined()
    file('b', 'working', 'b1')
    file('c', 'waiting', 'c1')
    expect(decide({ maxChildren: 2 })).toBeUndefined()
  })

  it('is none as long as another is on its way out for the same session', () => {
    const { file, decide } = create()
    file('a', 'leaving', 'a1')
    file('a', 'idle', 'a2')
    file('c', 'waiting', 'c1')
    expect(decide({ maxChildren: 2 })).toBeUndefined()
    file('d', 'waiting', 'd1')
    expect(decide({ maxChildren: 2 })).toMatchObject({ type: 'evict', session: { name: 'a2' } })
  })

  it('is his own where a user has as many children as one may have, also while places are free', () => {
    const { file, decide } = create({ childrenPerUser: 2 })
    file('a', 'working', 'a1')
    file('a', 'idle', 'a2')
    file('b', 'idle', 'b1')
    file('a', 'waiting', 'a3')
    expect(decide({})).toMatchObject({ type: 'evict', session: { name: 'a2' } })
    file('a', 'leaving', 'a2')
    expect(decide({})).toBeUndefined()
  })
})

describe('how many children are started', () => {
  it('is as many as wait, and as are to be ready, but not too many at once', () => {
    const { file, decide } = create()
    expect(decide({})).toBeUndefined()
    expect(decide({ poolSize: 2 })).toEqual({ type: 'start' })
    expect(decide({ poolSize: 2, starting: 1, ready: 1 })).toBeUndefined()
    for (let index = 0; index < 9; index += 1) file('a', 'waiting', `a${index}`)
    expect(decide({ starting: 3 })).toEqual({ type: 'start' })
    expect(decide({ starting: 4 })).toBeUndefined()
  })

  it('is none to have one ready while somebody makes his first call, but as many as wait', () => {
    const { file, decide } = create()
    expect(decide({ poolSize: 2, restsUntilMs: 1 })).toBeUndefined()
    file('a', 'waiting', 'a1')
    expect(decide({ poolSize: 2, restsUntilMs: 1 })).toEqual({ type: 'start' })
    expect(decide({ poolSize: 2, restsUntilMs: 1, starting: 1 })).toBeUndefined()
  })

  it('is never more than there are places, those of nobody included', () => {
    const { file, decide } = create()
    file('a', 'working', 'a1')
    file('b', 'waiting', 'b1')
    expect(decide({ maxChildren: 2 })).toEqual({ type: 'start' })
    expect(decide({ maxChildren: 2, ending: 1 })).toBeUndefined()
  })

  it('is none while the circuit is open: whoever waits is refused', () => {
    const { file, decide } = create()
    const circuit = { name: 'open', openings: 1, detail: 'broken', retryAtMs: 10 } as const
    file('a', 'waiting', 'a1')
    expect(decide({ circuit, poolSize: 2 })).toMatchObject({ type: 'refuse', session: { name: 'a1' }, detail: 'broken' })
    file('a', 'none', 'a1')
    expect(decide({ circuit, poolSize: 2 })).toBeUndefined()
  })

  it('is one to try when the circuit was open for long enough, even where none is kept ready', () => {
    const { decide } = create()
    const circuit = { name: 'open', openings: 1, detail: 'broken', retryAtMs: 0 } as const
    expect(decide({ circuit })).toEqual({ type: 'start' })
    expect(decide({ circuit: { ...circuit, name: 'trying' }, starting: 1 })).toBeUndefined()
  })

  it('is one where somebody has to tell what all offer, which then goes again', () => {
    const { decide } = create()
    expect(decide({ isTellerWanted: true })).toEqual({ type: 'start' })
    expect(decide({ isTellerWanted: true, starting: 1 })).toBeUndefined()
    expect(decide({ ready: 1 })).toEqual({ type: 'retire' })
  })
})

it('keeps nothing of a user who has no child and waits for none', () => {
  const { file, places } = create()
  file('a', 'waiting', 'a1')
  file('a', 'working', 'a1')
  file('a', 'leaving', 'a1')
  expect([places.taken, places.leaving, places.demand]).toEqual([1, 1, 0])
  file('a', 'none', 'a1')
  expect([places.taken, places.leaving, places.demand]).toEqual([0, 0, 0])
})

function create({ childrenPerUser = 10 } = {}) {
  interface Named {
    readonly name: string
    readonly userId: string
  }
  const places = createPlaces<Named>({ maxChildren: 20, childrenPerUser })
  const sessions = new Map<string, Named>()
  return {
    places,
    file: (userId: string, standing: Standing, name: string) => {
      const session = sessions.get(name) ?? { name, userId }
      sessions.set(name, session)
      places.file(session, standing)
    },
    decide: ({ starting = 0, ready = 0, ending = 0, restsUntilMs = 0, ...more }: Partial<SharingMoment & SharingMoment['pool']>) => {
      const pool = { starting, ready, ending, restsUntilMs }
      const standard = { nowMs: 0, circuit: newCircuit, maxChildren: 20, poolSize: 0, mayStart: true, isTellerWanted: false }
      return shareOut(places, { ...standard, ...more, pool })
    },
  }
}
