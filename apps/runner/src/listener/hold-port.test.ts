import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { publicPortDescriptor } from '@fjmcp-broker/shared/inherited-ports'
import { expect, onTestFinished, test } from 'vitest'
import { type HeldPort, holdPort } from './hold-port.ts'

const anyPort = { host: '127.0.0.1', port: 0 }

test('lets nobody else have the port that a gateway listened on and left, neither alone nor with all addresses', async () => {
  const { address, descriptor } = await hold()
  await listenAsGateway(descriptor)
  for (const host of [address.host, '0.0.0.0']) expect(await listenElsewhere({ host, port: address.port })).toBe('EADDRINUSE')
})

test('completes connections while no gateway is there, and the next one accepts them', async () => {
  const { address, descriptor } = await hold()
  await listenAsGateway(descriptor)
  const client = connect(address.port, address.host)
  onTestFinished(() => void client.destroy())
  await once(client, 'connect')
  const gateway = await startListener(descriptor)
  const [said] = await once(client, 'data')
  expect(String(said)).toBe(`${gateway.pid}`)
})

test('says that another program has the port, whose address is a name', async () => {
  const server = createServer().listen(0, 'localhost')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const port = portOf(server.address())
  expect(await holdPort({ host: 'localhost', port })).toEqual({
    ok: false,
    error: { reason: 'in_use', detail: `cannot listen on localhost:${port}: another program listens there` },
  })
})

test('names the system’s reason where an address is not one of this machine', async () => {
  expect(await holdPort({ host: '192.0.2.1', port: 0 })).toEqual({
    ok: false,
    error: { reason: 'not_now', detail: 'cannot listen on 192.0.2.1:0: EADDRNOTAVAIL' },
  })
})

test.each([
  { when: 'a gateway listens', listen: startListener },
  { when: 'a gateway has listened', listen: listenAsGateway },
  { when: 'none ever has', listen: () => undefined },
])('tells clients to come again and lets nobody else have the port where $when, until it is released', async ({ listen }) => {
  const held = await hold()
  const listener = await listen(held.descriptor)
  held.turnAway()
  listener?.kill('SIGKILL')
  if (listener !== undefined) await once(listener, 'exit')
  const response = await fetch(`http://127.0.0.1:${held.address.port}/mcp`, { method: 'POST', body: 'x'.repeat(1_000_000) })
  expect([response.status, response.headers.get('retry-after'), response.headers.get('connection')]).toEqual([503, '2', 'close'])
  expect(await response.text()).toBe('The broker is being stopped. Try again in a moment.\n')
  expect(await listenElsewhere(held.address)).toBe('EADDRINUSE')
  await held.release()
  expect(await listenElsewhere(held.address)).toBe('listening')
})

test('serves no more than 64 of those whom it turns away at the same time', async () => {
  const held = await hold()
  held.turnAway()
  const clients = Array.from({ length: 65 }, () => connect(held.address.port, '127.0.0.1'))
  onTestFinished(() => clients.forEach((client) => void client.destroy()))
  await Promise.race(clients.map((client) => once(client, 'close')))
  expect(clients.filter(({ closed }) => !closed)).toHaveLength(64)
})

test('refuses connections and gives the port to others once it is released', async () => {
  const held = await hold()
  await listenAsGateway(held.descriptor)
  await held.release()
  const [error] = await once(connect(held.address.port, '127.0.0.1'), 'error')
  expect(error).toMatchObject({ code: 'ECONNREFUSED' })
  expect(await listenElsewhere(held.address)).toBe('listening')
})

async function hold(): Promise<HeldPort> {
  const held = await holdPort(anyPort)
  if (!held.ok) throw new Error(held.error.detail)
  onTestFinished(() => held.value.release())
  return held.value
}

/** Listens on the socket in a process of its own, as gateways do, and ends that process. */
async function listenAsGateway(descriptor: number): Promise<void> {
  const gateway = await startListener(descriptor)
  gateway.kill('SIGKILL')
  await once(gateway, 'exit')
}

/** A process that says its pid to whoever connects. */
async function startListener(descriptor: number): Promise<ChildProcess> {
  const source = `
    const server = require('node:net').createServer((client) => client.end(String(process.pid)))
    server.listen({ fd: ${publicPortDescriptor} }, () => process.stdout.write('listening'))`
  const listener = spawn(process.execPath, ['--eval', source], { stdio: ['ignore', 'pipe', 'inherit', descriptor] })
  onTestFinished(() => void listener.kill('SIGKILL'))
  if (listener.stdout !== null) await once(listener.stdout, 'data')
  return listener
}

/** What comes of listening there as another program would. */
async function listenElsewhere({ host, port }: { readonly host: string; readonly port: number }): Promise<string> {
  const server = createServer()
  onTestFinished(() => void server.close())
  try {
    await once(server.listen(port, host), 'listening')
    return 'listening'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}
