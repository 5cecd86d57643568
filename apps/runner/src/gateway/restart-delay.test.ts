import { expect, test } from 'vitest'
import { nextRestart, noRestarts } from './restart-delay.ts'

test('waits longer and longer, up to ten seconds, while the gateway ends at once', () => {
  const delays: number[] = []
  let history = noRestarts
  for (let exit = 0; exit < 8; exit += 1) {
    const next = nextRestart(history, 100)
    delays.push(next.delayMs)
    history = next.history
  }
  expect(delays).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000])
})

test('starts over with a short delay once the gateway had run for a while', () => {
  expect(nextRestart({ quickExits: 7 }, 30_000)).toEqual({ history: { quickExits: 1 }, delayMs: 250 })
})
