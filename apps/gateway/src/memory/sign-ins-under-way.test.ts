import { expect, test } from 'vitest'
import { createSignInsUnderWay } from './sign-ins-under-way.ts'

test('waits for those that are under way, however they end, and for no later one', async () => {
  const [first, second, later] = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const signIns = createSignInsUnderWay()
  const steps: string[] = []
  signIns.add(first.promise)
  signIns.add(second.promise)
  const settled = signIns.settled().then(() => steps.push('settled'))
  signIns.add(later.promise)
  first.resolve()
  await first.promise
  steps.push('first ended')
  second.reject(new Error('failed'))
  await settled
  expect(steps).toEqual(['first ended', 'settled'])
})

test('waits for nothing where nobody signs in, and not for ever where somebody does', async () => {
  const signIns = createSignInsUnderWay(1)
  const waited: string[] = []
  await signIns.settled().then(() => waited.push('nobody'))
  signIns.add(Promise.withResolvers<void>().promise)
  await signIns.settled().then(() => waited.push('somebody'))
  expect(waited).toEqual(['nobody', 'somebody'])
})
