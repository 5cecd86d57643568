import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import { health } from './health.ts'

const parts = { store: 'ok', runner: 'ok', child: 'ok', isolation: 'uid', forgejo: 'not asked yet' }

test('says in one line that the broker is healthy', async () => {
  const asked: (string | undefined)[] = []
  const port = await serve((request, response) => {
    asked.push(request.url)
    response.end(JSON.stringify({ status: 'ok', ...parts }))
  })
  expect(await run({ FJMCP_BROKER_LISTEN: `127.0.0.1:${port}` })).toEqual({
    code: 0,
    printed: ['healthy: store ok, runner ok, child ok, isolation uid, forgejo not asked yet'],
    complaints: [],
  })
  expect(asked).toEqual(['/healthz'])
})

test('reaches a broker that listens on every address of the machine', async () => {
  const port = await serve((_, response) => response.end('{}'), '0.0.0.0')
  expect(await run({ FJMCP_BROKER_LISTEN: `0.0.0.0:${port}` })).toMatchObject({ code: 0 })
})

test.runIf(hasIpv6())('reaches one that does so over IPv6', async () => {
  const port = await serve((_, response) => response.end('{}'), '::')
  expect(await run({ FJMCP_BROKER_LISTEN: `[::]:${port}` })).toMatchObject({ code: 0 })
})

test('says what is wrong with a broker that is not healthy', async () => {
  const port = await serve((_, response) =>
    response.writeHead(503).end(JSON.stringify({ status: 'error', ...parts, store: 'error: gone' })),
  )
  expect(await run({ FJMCP_BROKER_LISTEN: `127.0.0.1:${port}` })).toEqual({
    code: 1,
    printed: [],
    complaints: ['not healthy: store error: gone, runner ok, child ok, isolation uid, forgejo not asked yet'],
  })
})

test('takes an answer that is not ours for unhealthy unless it is 200, and shows nothing of it', async () => {
  const port = await serve((_, response) => response.writeHead(502).end('<h1>Bad gateway</h1>'))
  expect(await run({ FJMCP_BROKER_LISTEN: `127.0.0.1:${port}` })).toMatchObject({
    code: 1,
    complaints: ['not healthy: answered with HTTP 502'],
  })
})

test('says that nothing answers', async () => {
  expect(await run({ FJMCP_BROKER_LISTEN: '127.0.0.1:1' })).toMatchObject({
    code: 1,
    complaints: ['not healthy: no answer at 127.0.0.1:1'],
  })
})

test('gives up on a broker that hangs, before its answer or within it', async () => {
  const silent = await serve(() => undefined)
  const stuck = await serve((_, response) => response.writeHead(200).write('{'))
  for (const port of [silent, stuck]) {
    expect(await run({ FJMCP_BROKER_LISTEN: `127.0.0.1:${port}` }, 50)).toMatchObject({
      code: 1,
      complaints: [`not healthy: no answer within 0.05 s at 127.0.0.1:${port}`],
    })
  }
})

test('refuses an address that it cannot ask', async () => {
  for (const listen of ['8080', '127.0.0.1:0']) expect(await run({ FJMCP_BROKER_LISTEN: listen })).toMatchObject({ code: 1 })
})

test('says all of it in JSON for programs, whatever it is', async () => {
  const well = await serve((_, response) => response.end(JSON.stringify({ status: 'ok', ...parts })))
  const ill = await serve((_, response) => response.writeHead(503).end(JSON.stringify({ status: 'error', ...parts, store: 'error: gone' })))
  const foreign = await serve((_, response) => response.writeHead(502).end('<h1>Bad gateway</h1>'))
  expect(await runInJson(`127.0.0.1:${well}`)).toEqual({ code: 0, told: { ok: true, httpStatus: 200, parts } })
  expect(await runInJson(`127.0.0.1:${ill}`)).toEqual({
    code: 1,
    told: { ok: false, httpStatus: 503, parts: { ...parts, store: 'error: gone' } },
  })
  expect(await runInJson(`127.0.0.1:${foreign}`)).toEqual({ code: 1, told: { ok: false, httpStatus: 502, parts: {} } })
  const failed = (reason: string) => ({ code: 1, told: { ok: false, error: { reason, message: expect.stringMatching(/^not healthy: /) } } })
  expect(await runInJson('127.0.0.1:1')).toEqual(failed('no_answer'))
  expect(await runInJson('8080')).toEqual(failed('wrong_settings'))
})

test('prints nothing that could move the terminal’s cursor, whoever answers', async () => {
  const port = await serve((_, response) => response.end(JSON.stringify({ 'child\u001B[2J': 'ok\n\u009B1A' })))
  expect(await run({ FJMCP_BROKER_LISTEN: `127.0.0.1:${port}` })).toMatchObject({ printed: ['healthy: child [2J ok 1A'] })
})

async function runInJson(listen: string) {
  const { code, printed, complaints } = await run({ FJMCP_BROKER_LISTEN: listen }, 10_000, true)
  expect(complaints).toEqual([])
  return { code, told: JSON.parse(printed.join('\n')) as unknown }
}

async function run(environment: Readonly<Record<string, string>>, timeoutMs = 10_000, json = false) {
  const printed: string[] = []
  const complaints: string[] = []
  const print = (text: string): void => void printed.push(text)
  const complain = (text: string): void => void complaints.push(text)
  return { code: await health({ environment, json, print, complain, timeoutMs }), printed, complaints }
}

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'))
}

async function serve(listener: RequestListener, host = '127.0.0.1'): Promise<number> {
  const server = createServer(listener).listen(0, host)
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
