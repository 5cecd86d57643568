import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { serveSocket, serveTcp } from './serve.ts'

const loopback = { host: '127.0.0.1', port: 0 }

test('hands the application the address that the socket names', async () => {
  const { port } = await serve((_request, peer) => new Response(peer?.address))
  const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-forwarded-for': '203.0.113.1' } })
  expect(await response.text()).toBe('127.0.0.1')
})

test('ends at once when an answer ends that was under way, though its connection could serve another', async () => {
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<Response>()
  const server = await serve(() => {
    asked.resolve()
    return answer.promise
  })
  const client = createConnection({ port: server.port, host: '127.0.0.1' })
  onTestFinished(() => void client.destroy())
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await asked.promise
  const closed = server.close(60_000)
  answer.resolve(new Response('done'))
  const [chunk] = await once(client, 'data')
  expect(String(chunk)).toContain('200 OK')
  await closed
})

test('breaks off answers that outlast the grace', async () => {
  const asked = Promise.withResolvers<void>()
  const server = await serve(() => {
    asked.resolve()
    return new Promise<Response>(() => {})
  })
  const answered = fetch(`http://127.0.0.1:${server.port}/`)
  await asked.promise
  await Promise.all([server.close(0), expect(answered).rejects.toThrow('fetch failed')])
})

test('says so when another program listens on the port', async () => {
  const { port } = await serve(() => new Response())
  const second = await serveTcp(() => new Response(), { host: '127.0.0.1', port })
  expect(second).toEqual({
    ok: false,
    error: { reason: 'in_use', detail: `cannot listen on 127.0.0.1:${port}: another program listens there` },
  })
})

test('opens a socket to its owner alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fjmcp-serve-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'run', 'admin.sock')
  const served = await serveSocket(() => new Response(), path)
  expect(served.ok).toBe(true)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  if (served.ok) await served.value.close(0)
})

async function serve(application: Parameters<typeof serveTcp>[0]) {
  const served = await serveTcp(application, loopback)
  if (!served.ok) throw new Error(served.error.detail)
  onTestFinished(() => served.value.close(0))
  return served.value
}
