import { expect, test } from 'vitest'
import { BrokenConnection } from './broken-connection.ts'
import { serveFetch } from './serve-fetch.ts'

test('serves an application and tells it the address of the socket', async () => {
  const served = await serveFetch(async (request, peer) => {
    const copy = new Request(request)
    return Response.json({ path: new URL(copy.url).pathname, method: copy.method, body: await copy.text(), peer })
  })
  try {
    const response = await fetch(`${served.url}/a%20b`, { method: 'POST', body: 'hello' })
    expect(await response.json()).toEqual({ path: '/a%20b', method: 'POST', body: 'hello', peer: { address: '127.0.0.1' } })
  } finally {
    await served.close()
  }
})

test('ends an answer that is under way when it closes', async () => {
  const served = await serveFetch(
    () => new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([104])) })),
  )
  const response = await fetch(served.url)
  const body = response.text()
  await Promise.all([served.close(), expect(body).rejects.toThrow('terminated')])
  await expect(fetch(served.url)).rejects.toThrow('fetch failed')
})

test('rejects when the port is taken', async () => {
  const served = await serveFetch(() => new Response('first'))
  try {
    await expect(serveFetch(() => new Response('second'), { port: served.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  } finally {
    await served.close()
  }
})

test('tells the application when its client has gone away', async () => {
  const gone = Promise.withResolvers<void>()
  const started = Promise.withResolvers<void>()
  const served = await serveFetch((request) => {
    request.signal.addEventListener('abort', () => gone.resolve())
    started.resolve()
    return new Promise<Response>(() => {})
  })
  try {
    const controller = new AbortController()
    const response = fetch(served.url, { signal: controller.signal })
    await started.promise
    controller.abort()
    await expect(response).rejects.toThrow('aborted')
    await gone.promise
  } finally {
    await served.close()
  }
})

test('resets the connection of a request that the application breaks off', async () => {
  const served = await serveFetch(() => Promise.reject(new BrokenConnection('given up')))
  try {
    await expect(fetch(served.url)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
  } finally {
    await served.close()
  }
})
