import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBrokerProcess } from '@fjmcp-broker/testkit/broker-process'
import { createPortThief } from '@fjmcp-broker/testkit/children/port-thief'
import { findFreePort } from '@fjmcp-broker/testkit/free-port'
import { serveFetch } from '@fjmcp-broker/testkit/serve-fetch'
import { startWholeBroker } from '@fjmcp-broker/testkit/whole-broker'
import { expect, onTestFinished, test } from 'vitest'

const token = 'a-token-for-prometheus'

test('lets no other program have the port of the metrics while no gateway is there, and the next one answers there', async () => {
  const { whole, port } = await start()
  const { pid } = await whole.broker().logged('gateway_listening')
  process.kill(Number(pid), 'SIGKILL')
  await whole.broker().logged('gateway_exited')
  for (const host of ['127.0.0.1', '0.0.0.0']) {
    const thief = createServer()
    onTestFinished(() => void thief.close())
    const [error] = await once(thief.listen(port, host), 'error')
    expect(error).toMatchObject({ code: 'EADDRINUSE' })
  }
  const scraped = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { authorization: `Bearer ${token}` } })
  expect([scraped.status, await scraped.text()]).toEqual([200, expect.stringContaining('fjmcp_broker_build_info')])
  await whole.broker().logged('gateway_listening', (logged) => logged['pid'] !== pid)
})

test('lets not even the child program have the port of the metrics while the broker starts', async () => {
  const port = await findFreePort(0)
  const thief = await createPortThief({ folder: await createFolder(), node: process.execPath, port })
  const { whole } = await start({ port, environment: { FJMCP_BROKER_FORGEJO_MCP: thief } })
  expect(await whole.broker().logged('child_program_found')).toMatchObject({ name: 'port-thief', version: 'EADDRINUSE' })
})

test.each([
  { what: 'another program has', host: '127.0.0.1', reason: 'another program listens there', code: 1 },
  { what: 'nobody knows', host: 'nowhere.invalid', reason: 'ENOTFOUND', code: 78 },
])('says in one line that it cannot have the port of the metrics, and ends with $code, where $what it', async ({ host, reason, code }) => {
  const other = await serveFetch(() => new Response())
  onTestFinished(() => other.close())
  const listen = `${host}:${other.port}`
  const broker = startBrokerProcess({
    environment: {
      FJMCP_BROKER_PUBLIC_URL: 'http://127.0.0.1:1',
      FJMCP_BROKER_LISTEN: '127.0.0.1:0',
      FORGEJO_URL: 'http://127.0.0.1:1',
      FORGEJO_OAUTH_CLIENT_ID: 'broker',
      FORGEJO_OAUTH_CLIENT_SECRET: 'secret',
      FJMCP_BROKER_METRICS_LISTEN: listen,
      FJMCP_BROKER_METRICS_TOKEN: token,
    },
    folder: await createFolder(),
  })
  expect(await broker.exited).toBe(code)
  expect(broker.complaints()).toBe(`fjmcp-broker cannot start: FJMCP_BROKER_METRICS_LISTEN: cannot listen on ${listen}: ${reason}\n`)
})

async function start({
  port: wanted,
  environment = {},
}: { readonly port?: number; readonly environment?: Readonly<Record<string, string>> } = {}) {
  const port = wanted ?? (await findFreePort(0))
  const metrics = { FJMCP_BROKER_METRICS_LISTEN: `127.0.0.1:${port}`, FJMCP_BROKER_METRICS_TOKEN: token }
  const whole = await startWholeBroker({ environment: { ...metrics, ...environment } })
  onTestFinished(() => whole.close())
  return { whole, port }
}

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fjmcp-metrics-port-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
