import { expect, test } from 'vitest'
import { createUserTurns } from './user-turns.ts'

function createTest() {
  const turns = createUserTurns()
  const begun: string[] = []
  const take = (userId: string, what: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const acted = turns.take(userId, () => {
      begun.push(what)
      return promise
    })
    return { acted, end: () => resolve(what), fail: () => reject(new Error(what)) }
  }
  return { take, begun }
}

test('has a user do one thing after the other, and nobody wait for another', async () => {
  const { take, begun } = createTest()
  const first = take('alice', 'first')
  const second = take('alice', 'second')
  take('bob', 'of bob')
  expect(begun).toEqual(['first', 'of bob'])
  first.end()
  expect(await first.acted).toBe('first')
  second.end()
  expect(await second.acted).toBe('second')
  expect(begun).toEqual(['first', 'of bob', 'second'])
})

test('goes on after what failed', async () => {
  const { take } = createTest()
  const failing = take('alice', 'failing')
  const next = take('alice', 'next')
  failing.fail()
  next.end()
  await expect(failing.acted).rejects.toThrow('failing')
  expect(await next.acted).toBe('next')
})
