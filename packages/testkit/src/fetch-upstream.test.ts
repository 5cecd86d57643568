import { expect, test } from 'vitest'
import { createFetchUpstream } from './fetch-upstream.ts'

const request = {
  method: 'POST',
  path: '/api/v1/user?x=%2F',
  headers: { authorization: 'Bearer t' },
  body: new TextEncoder().encode('body'),
}

test('asks the function and hands its response over piece by piece', async () => {
  const seen: string[] = []
  const upstream = createFetchUpstream({
    forgejoUrl: 'https://git.example.org/forge',
    async fetch(asked) {
      seen.push(asked.method, asked.url, asked.headers.get('authorization') ?? '', await asked.text())
      return new Response('answer', { status: 201, headers: { 'x-total-count': '1' } })
    },
  })
  const heard = await new Promise((resolve, reject) => {
    let heard = ''
    const call = upstream.send(request, {
      head: ({ status, headers }) => (heard += `${status} ${String(headers['x-total-count'])} `),
      data(chunk) {
        heard += new TextDecoder().decode(chunk)
        setImmediate(() => call.resume())
        return false
      },
      end: () => resolve(heard),
      failed: ({ code }) => reject(new Error(code)),
    })
  })
  expect(heard).toBe('201 1 answer')
  expect(seen).toEqual(['POST', 'https://git.example.org/api/v1/user?x=%2F', 'Bearer t', 'body'])
})

test('says that the function failed, or that the call was given up', async () => {
  const failing = createFetchUpstream({ forgejoUrl: 'https://git.example.org', fetch: () => Promise.reject(new Error('down')) })
  const givenUp = createFetchUpstream({ forgejoUrl: 'https://git.example.org', fetch: () => new Response() })
  for (const [upstream, reason] of [
    [failing, 'unreachable'],
    [givenUp, 'aborted'],
  ] as const) {
    const failure = await new Promise((resolve) => {
      const call = upstream.send(request, { head: resolve, data: () => true, end: () => resolve('ended'), failed: resolve })
      if (reason === 'aborted') call.abort()
    })
    expect(failure).toMatchObject({ reason })
  }
})
