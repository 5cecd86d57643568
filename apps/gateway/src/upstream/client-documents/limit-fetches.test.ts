import { err, ok } from '@fjmcp-broker/shared/result'
import { beforeEach, expect, test } from 'vitest'
import type { FetchClientDocument, FetchedDocument } from './client-documents.ts'
import { type FetchLimits, limitFetches } from './limit-fetches.ts'

const document: FetchedDocument = { content: {}, freshForMs: 0 }
const roomy = { atOnce: 100, atOnceForEachHost: 100, perMinuteForEachHost: 100 }

let nowMs: number
let finish: (() => void)[]

beforeEach(() => {
  nowMs = 0
  finish = []
})

test('lets so many run at once, and the next one when one has ended', async () => {
  const fetchDocument = limit({ atOnce: 2 })
  const first = fetchDocument('https://a.example/1')
  const second = fetchDocument('https://b.example/1')
  expect(await fetchDocument('https://c.example/1')).toEqual(refused('2 at once'))
  finish.shift()?.()
  expect(await first).toEqual(ok(document))
  const third = fetchDocument('https://c.example/1')
  for (const end of finish) end()
  expect(await Promise.all([second, third])).toEqual([ok(document), ok(document)])
})

test('lets so many of one host run at once, and others beside them', async () => {
  const fetchDocument = limit({ atOnceForEachHost: 1 })
  const first = fetchDocument('https://a.example/1')
  expect(await fetchDocument('https://a.example/2')).toEqual(refused('1 at once from one host'))
  const other = fetchDocument('https://b.example/1')
  for (const end of finish) end()
  expect(await Promise.all([first, other])).toEqual([ok(document), ok(document)])
})

test('lets so many of one host run a minute, whatever came of them', async () => {
  const fetchDocument = limitFetches(async () => err({ reason: 'no_answer', detail: '' }), {
    ...roomy,
    perMinuteForEachHost: 2,
    clock: () => nowMs,
  })
  const ask = async (url: string) => {
    const fetched = await fetchDocument(url)
    return fetched.ok ? 'ok' : fetched.error.reason
  }
  const paths = ['1', '2', '3'].map((path) => `https://a.example/${path}`)
  expect(await Promise.all(paths.map(ask))).toEqual(['no_answer', 'no_answer', 'too_many_fetches'])
  expect(await ask('https://b.example/1')).toBe('no_answer')
  nowMs = 30_000
  expect(await ask('https://a.example/4')).toBe('no_answer')
  expect(await ask('https://a.example/5')).toBe('too_many_fetches')
})

test('gives a place back when a fetch throws', async () => {
  const fetchDocument = limitFetches(() => Promise.reject(new Error('broken')), { ...roomy, atOnce: 1, clock: () => nowMs })
  await expect(fetchDocument('https://a.example/1')).rejects.toThrow('broken')
  await expect(fetchDocument('https://a.example/1')).rejects.toThrow('broken')
})

function limit(limits: Partial<FetchLimits>): FetchClientDocument {
  const pending: FetchClientDocument = async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    finish.push(resolve)
    await promise
    return ok(document)
  }
  return limitFetches(pending, { ...roomy, clock: () => nowMs, ...limits })
}

function refused(detail: string) {
  return err({ reason: 'too_many_fetches', detail })
}
