import { type Log, silentLog } from '@fjmcp-broker/shared/log'
import { expect, it } from 'vitest'
import { createTurns } from './turns.ts'

it('runs what a task causes behind it, and then settles until there is nothing to settle', () => {
  const order: string[] = []
  let left = 2
  const turns = createTurns({
    settle() {
      order.push('settled')
      left -= 1
      return left > 0
    },
    log: silentLog,
  })
  turns.take(() => {
    turns.take(() => order.push('second'))
    turns.settle()
    order.push('first')
  })
  expect(order).toEqual(['first', 'second', 'settled', 'settled'])
})

it('goes on when a task throws, or settling does, and says so', () => {
  const failures: unknown[] = []
  const log: Log = { ...silentLog, error: (event, fields) => failures.push([event, fields]) }
  const done: string[] = []
  const turns = createTurns({ settle: () => fail('settling'), log })
  turns.take(() => {
    turns.take(() => done.push('second'))
    fail('first')
  })
  turns.take(() => done.push('third'))
  expect(done).toEqual(['second', 'third'])
  expect(failures).toEqual(['first', 'settling', 'settling'].map((what) => ['turn_failed', { detail: `Error: ${what}` }]))
})

function fail(what: string): never {
  throw new Error(what)
}
