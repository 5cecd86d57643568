import type { Log } from '@fjmcp-broker/shared/log'
import { silentLog } from '@fjmcp-broker/shared/log'
import { expect, it } from 'vitest'
import { createManualTime } from '../../test/fixtures/manual-time.ts'
import { createChildUids } from './child-uids.ts'

it('gives the uids in turn through the whole range, each to one child at a time', () => {
  const { take, uids } = create({ first: 100, last: 103 })
  const [first, second] = [take(), take()]
  expect([first?.ids, second?.ids]).toEqual([
    { uid: 100, gid: 100 },
    { uid: 101, gid: 101 },
  ])
  first?.release()
  expect([take(), take(), take(), take()].map((user) => user?.ids?.uid)).toEqual([102, 103, 100, undefined])
  second?.release()
  expect(uids.take()?.ids?.uid).toBe(101)
})

it('begins in the middle of the range where chance has it, and goes on at its beginning', () => {
  const { take } = create({ first: 100, last: 103 }, (below) => below - 2)
  expect([take(), take(), take(), take(), take()].map((user) => user?.ids?.uid)).toEqual([102, 103, 100, 101, undefined])
})

it('passes over a uid that a process has already', () => {
  const { take, processes } = create({ first: 100, last: 102 })
  processes.set(101, 1)
  expect([take(), take(), take()].map((user) => user?.ids?.uid)).toEqual([100, 102, undefined])
})

it('kills what a child leaves, in rounds until nothing is left, and only then gives the uid again', () => {
  const { take, processes, kills, time } = create({ first: 100, last: 100 })
  const user = take()
  processes.set(100, 3)
  user?.release()
  expect(kills).toEqual([100])
  expect(take()).toBeUndefined()
  time.advance(10)
  expect(kills).toEqual([100, 100])
  processes.delete(100)
  expect(take()).toBeUndefined()
  time.advance(20)
  expect(take()?.ids?.uid).toBe(100)
  time.advance(60_000)
  expect(kills).toHaveLength(3)
})

it('waits longer and longer, up to a second, and warns once of what cannot be ended', () => {
  const { take, processes, kills, time, logged } = create({ first: 100, last: 100 })
  const user = take()
  processes.set(100, 7)
  user?.release()
  time.advance(1_269)
  expect([kills.length, logged]).toEqual([7, []])
  time.advance(1)
  expect([kills.length, logged]).toEqual([8, ['child_processes_left']])
  time.advance(10_000)
  expect([kills.length, logged]).toEqual([18, ['child_processes_left']])
})

it('releases a uid once', () => {
  const { take } = create({ first: 100, last: 101 })
  const first = take()
  first?.release()
  take()
  const again = take()
  expect(again?.ids?.uid).toBe(100)
  first?.release()
  expect(take()).toBeUndefined()
})

it('is empty at once where no child was left, and otherwise when the last process is gone', async () => {
  const { take, uids, processes, time } = create({ first: 100, last: 101 })
  await uids.emptied()
  const user = take()
  processes.set(100, 1)
  user?.release()
  let isEmpty = false
  const emptied = uids.emptied().then(() => (isEmpty = true))
  await Promise.resolve()
  expect(isEmpty).toBe(false)
  processes.delete(100)
  time.advance(10)
  expect(await emptied).toBe(true)
})

it('does not wait for ever for what cannot be ended, and says so', async () => {
  const { take, uids, processes, logged } = create({ first: 100, last: 101 })
  const user = take()
  processes.set(100, 1)
  user?.release()
  await uids.emptied()
  expect(logged).toEqual(['child_processes_not_ended'])
})

function create(range: { readonly first: number; readonly last: number }, randomInt: (below: number) => number = () => 0) {
  const processes = new Map<number, number>()
  const kills: number[] = []
  const logged: string[] = []
  const keep: Log['info'] = (event) => logged.push(event)
  const time = createManualTime()
  const uids = createChildUids({
    range,
    processes: {
      has: (uid) => processes.has(uid),
      kill(uid) {
        kills.push(uid)
        return { count: processes.get(uid) ?? 0, dead: new Set() }
      },
    },
    randomInt,
    schedule: time.schedule,
    log: { ...silentLog, warn: keep, error: keep },
    longestWaitMs: 50,
  })
  return { uids, take: () => uids.take(), processes, kills, logged, time }
}
