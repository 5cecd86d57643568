import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { brokerVersion } from '@fjmcp-broker/shared/version'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { askAdmin, askAdminForLines } from './ask-admin.ts'

const schema = z.object({ count: z.number() })

test('sends method, path and JSON, and reads the answer', async () => {
  const asked: unknown[] = []
  const socketPath = await serve(async (request, response) => {
    asked.push(request.method, request.url, request.headers['content-type'], JSON.parse(await text(request)))
    response.end('{"count":2,"more":true}')
  })
  const answer = await askAdmin({ socketPath, method: 'POST', path: '/things?of=me', body: { a: 1 }, schema })
  expect(answer).toEqual({ ok: true, value: { count: 2 } })
  expect(asked).toEqual(['POST', '/things?of=me', 'application/json', { a: 1 }])
})

test('hands on why the broker refused, without what could move the cursor', async () => {
  const socketPath = await serve((_, response) => {
    response.writeHead(404).end(JSON.stringify({ error: { reason: 'unknown_user', message: 'Nobody\u001B[2J is called so.' } }))
  })
  expect(await ask(socketPath)).toEqual({
    kind: 'refused',
    reason: 'unknown_user',
    message: 'Nobody [2J is called so.',
    code: 'HTTP 404',
  })
})

test.each<{ when: string; status: number; body: object; version: string | undefined; kind: string; message: string }>([
  {
    when: 'does not know the question',
    status: 404,
    body: { error: { reason: 'unknown_question', message: '' } },
    version: '0.0.1',
    kind: 'other_version',
    message: 'version 0.0.1',
  },
  { when: 'is too old to say its version', status: 404, body: {}, version: undefined, kind: 'other_version', message: 'another version' },
  { when: 'answers in another way', status: 200, body: { counts: [] }, version: '9.0.0', kind: 'other_version', message: 'version 9.0.0' },
  {
    when: 'is this version and answers badly',
    status: 200,
    body: {},
    version: brokerVersion,
    kind: 'no_answer',
    message: 'cannot be read',
  },
])('explains a broker that $when', async ({ status, body, version, kind, message }) => {
  const socketPath = await serve((_, response) => {
    if (version !== undefined) response.setHeader('fjmcp-broker-version', version)
    response.writeHead(status).end(JSON.stringify(body))
  })
  expect(await ask(socketPath)).toMatchObject({ kind, reason: kind, message: expect.stringContaining(message) })
})

test('does not wait for ever', async () => {
  const socketPath = await serve(() => {})
  const answer = await askAdmin({ socketPath, path: '/', schema, timeoutMs: 20 })
  expect(answer).toMatchObject({ ok: false, error: { kind: 'no_answer', message: expect.stringContaining('does not answer') } })
})

test('hands over each line as it comes, however it was cut', async () => {
  const gate = Promise.withResolvers<void>()
  const socketPath = await serve(async (_, response) => {
    response.write('{"count":1}\n\n{"cou')
    await gate.promise
    response.end('nt":2}\n{"count":3}\n')
  })
  const counts: number[] = []
  const onLine = ({ count }: z.output<typeof schema>) => {
    counts.push(count)
    gate.resolve()
  }
  expect(await askAdminForLines({ socketPath, path: '/', schema, onLine, signal: new AbortController().signal })).toEqual({ ok: true })
  expect(counts).toEqual([1, 2, 3])
})

test('ends a stream on its signal, which is no failure', async () => {
  const socketPath = await serve((_, response) => void response.write('{"count":1}\n'))
  const stop = new AbortController()
  expect(await askAdminForLines({ socketPath, path: '/', schema, onLine: () => stop.abort(), signal: stop.signal })).toEqual({ ok: true })
})

test.each([
  { how: 'breaks off', end: (response: ServerResponse) => response.socket?.destroy() },
  { how: 'ends in the middle of a line', end: (response: ServerResponse) => response.end('{"cou') },
])('says that a stream failed which $how', async ({ end }) => {
  const socketPath = await serve((_, response) => void response.write('{"count":1}\n', () => end(response)))
  const answer = await askAdminForLines({ socketPath, path: '/', schema, onLine: () => {}, signal: new AbortController().signal })
  expect(answer).toMatchObject({ ok: false, error: { kind: 'no_answer' } })
})

async function ask(socketPath: string) {
  const answer = await askAdmin({ socketPath, path: '/', schema })
  return answer.ok ? undefined : answer.error
}

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'fjmcp-ask-'))
  const socketPath = join(folder, 'admin.sock')
  const server = createServer((request, response) => void answer(request, response)).listen(socketPath)
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return socketPath
}
