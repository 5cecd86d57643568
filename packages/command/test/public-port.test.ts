import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBrokerProcess } from '@fjmcp-broker/testkit/broker-process'
import { createPortThief } from '@fjmcp-broker/testkit/children/port-thief'
import { findFreePort } from '@fjmcp-broker/testkit/free-port'
import { startWholeBroker, type WholeBroker } from '@fjmcp-broker/testkit/whole-broker'
import { expect, onTestFinished, test } from 'vitest'

test('serves a connection that was made while no gateway was there', async () => {
  const whole = await start()
  await killGateway(whole)
  const response = await fetch(`${whole.publicUrl}/healthz`)
  expect(response.status).toBe(200)
})

test('lets no other program have the port while no gateway is there', async () => {
  const whole = await start()
  await killGateway(whole)
  const thief = createServer()
  onTestFinished(() => void thief.close())
  const [error] = await once(thief.listen(Number(new URL(whole.publicUrl).port), '0.0.0.0'), 'error')
  expect(error).toMatchObject({ code: 'EADDRINUSE' })
})

test('lets not even the child program have it while the broker starts', async () => {
  const port = await findFreePort(0)
  const thief = await createPortThief({ folder: await createFolder(), node: process.execPath, port })
  const whole = await start({ FJMCP_BROKER_LISTEN: `127.0.0.1:${port}`, FJMCP_BROKER_FORGEJO_MCP: thief })
  expect(await whole.broker().logged('child_program_found')).toMatchObject({ name: 'port-thief', version: 'EADDRINUSE' })
})

test('keeps no descriptor of a gateway that is gone', async () => {
  // Ready children have descriptors too, and come up when they do.
  const whole = await start({ FJMCP_BROKER_POOL_SIZE: '0' })
  // The runner has something open for as long as it looks at the program.
  await whole.broker().logged('child_program_found')
  const before = countDescriptors(whole)
  const gone = new Set<unknown>()
  for (let round = 0; round < 2; round += 1) {
    gone.add(await killGateway(whole, gone))
    await whole.broker().logged('gateway_listening', ({ pid }) => !gone.has(pid))
  }
  await expect.poll(() => countDescriptors(whole), { timeout: 10_000, interval: 20 }).toBe(before)
})

test('gives its port to the next broker at once', async () => {
  const whole = await start()
  expect(await whole.broker().stop()).toBe(0)
  await whole.restart()
  expect((await fetch(`${whole.publicUrl}/healthz`)).status).toBe(200)
})

test.each([
  { what: 'another program has', host: '127.0.0.1', reason: 'another program listens there', code: 1 },
  { what: 'the machine has not got yet', host: '192.0.2.1', reason: 'EADDRNOTAVAIL', code: 1 },
  { what: 'nobody knows', host: 'nowhere.invalid', reason: 'ENOTFOUND', code: 78 },
])('says in one line that it cannot have the port, and ends with $code, where $what it', async ({ host, reason, code }) => {
  const whole = await start()
  const listen = `${host}:${new URL(whole.publicUrl).port}`
  const second = startBrokerProcess({ environment: { ...whole.environment, FJMCP_BROKER_LISTEN: listen }, folder: await createFolder() })
  expect(await second.exited).toBe(code)
  expect(second.complaints()).toBe(`fjmcp-broker cannot start: FJMCP_BROKER_LISTEN: cannot listen on ${listen}: ${reason}\n`)
})

async function start(environment: Readonly<Record<string, string>> = {}): Promise<WholeBroker> {
  const whole = await startWholeBroker({ environment })
  onTestFinished(() => whole.close())
  return whole
}

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fjmcp-port-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Kills the gateway that is none of these; settles, with its process id, when the runner knows that it is gone. */
async function killGateway(whole: WholeBroker, earlier: ReadonlySet<unknown> = new Set()): Promise<unknown> {
  const { pid } = await whole.broker().logged('gateway_listening', (logged) => !earlier.has(logged['pid']))
  process.kill(Number(pid), 'SIGKILL')
  await whole.broker().logged('gateway_exited')
  return pid
}

/** What the runner has open. */
function countDescriptors(whole: WholeBroker): number {
  return readdirSync(`/proc/${whole.broker().pid}/fd`).length
}
