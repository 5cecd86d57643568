import { expect, it } from 'vitest'
import { createManualTime } from '../../test/fixtures/manual-time.ts'
import { createCatalogue } from './catalogue.ts'
import { createPool } from './pool.ts'

it('counts no child and no start where a child could not be asked for', () => {
  const time = createManualTime()
  const pool = createPool({
    limits: {
      callTimeoutMs: 60_000,
      queueMs: 15_000,
      childIdleMs: 30_000,
      catalogueSize: 1_000,
      startTimeoutMs: 10_000,
      endGraceMs: 2_000,
      firstBackOffMs: 200,
      longestBackOffMs: 1_000,
    },
    catalogue: createCatalogue({ waitMs: 1_000, schedule: time.schedule, wanted: ignore }),
    startChild() {
      throw new Error('a bug')
    },
    turns: { take: (task) => task(), settle: ignore },
    ...time,
    listener: { ready: ignore, failed: ignore, ignored: ignore, circuitOpened: ignore, circuitClosed: ignore },
  })
  const before = { counts: pool.counts(), circuit: pool.circuit() }
  expect(() => pool.start()).toThrow('a bug')
  expect({ counts: pool.counts(), circuit: pool.circuit() }).toEqual(before)
})

function ignore(): void {}
