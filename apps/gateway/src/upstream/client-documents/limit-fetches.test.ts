import { err, ok } from '@fjmcp-broker/shared/result'
import { expect, test } from 'vitest'
import type { FetchClientDocument, FetchedDocument } from './client-documents.ts'
import { type FetchLimits, limitFetches } from './limit-fetches.ts'

const document: FetchedDocument = { content: {}, freshForMs: 0 }

test('lets so many of one host run a minute, whatever came of them', async () => {
  const { ask, clock } = createLimited(async () => err({ reason: 'no_answer', detail: '' }), { perMinuteForEachHost: 2 })
  const paths = ['1', '2', '3'].map((path) => `https://a.example/${path}`)
  expect(await Promise.all(paths.map(ask))).toEqual(['no_answer', 'no_answer', 'too_many_fetches'])
  expect(await ask('https://b.example/1')).toBe('no_answer')
  clock.nowMs = 30_000
  expect(await ask('https://a.example/4')).toBe('no_answer')
  expect(await ask('https://a.example/5')).toBe('too_many_fetches')
})

test('lets one of a host run again though it was asked for all the time', async () => {
  const { ask, clock } = createLimited(async () => ok(document), { perMinuteForEachHost: 2 })
  const asked: string[] = []
  for (; clock.nowMs < 60_000; clock.nowMs += 1_000) asked.push(await ask('https://a.example/1'))
  expect(asked.filter((outcome) => outcome === 'ok').length).toBe(3)
})

test('refuses what finds no place', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const limited = createLimited(
    async () => {
      await promise
      return ok(document)
    },
    { atOnceForEachHost: 1, waitingForEachHost: 0 },
  )
  const first = limited.ask('https://a.example/1')
  expect(await limited.ask('https://a.example/2')).toBe('too_many_fetches')
  resolve()
  expect(await first).toBe('ok')
})

test('gives a place back when a fetch throws', async () => {
  const { ask } = createLimited(() => Promise.reject(new Error('broken')), { atOnce: 1, waiting: 0 })
  await expect(ask('https://a.example/1')).rejects.toThrow('broken')
  await expect(ask('https://a.example/1')).rejects.toThrow('broken')
})

function createLimited(fetchDocument: FetchClientDocument, limits: Partial<FetchLimits>) {
  const clock = { nowMs: 0 }
  const roomy = { atOnce: 100, atOnceForEachHost: 100, waiting: 100, waitingForEachHost: 100, waitMs: 60_000, perMinuteForEachHost: 100 }
  const limited = limitFetches(fetchDocument, { ...roomy, clock: () => clock.nowMs, ...limits })
  const ask = async (url: string) => {
    const fetched = await limited(url)
    return fetched.ok ? 'ok' : fetched.error.reason
  }
  return { clock, ask }
}
