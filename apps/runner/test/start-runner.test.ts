import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { json } from 'node:stream/consumers'
import { type Log, silentLog } from '@fjmcp-broker/shared/log'
import { expect, onTestFinished, test } from 'vitest'
import { parseRunnerSettings } from '../src/config.ts'
import type { GatewayPatience } from '../src/gateway/gateway-watch.ts'
import { startRunner } from '../src/start-runner.ts'
import { connectRawGateway } from './channel/raw-gateway.ts'
import { createTestFolder } from './fixtures/processes.ts'

const unhurried = new AbortController().signal

test('runs the program when a gateway has connected and not before, waits for nothing it says, and leaves nothing when it stops', async () => {
  const folder = await createTestFolder()
  const socket = socketIn(folder)
  const { started, logged } = await startWithSilentProgram(folder)
  if (!started.ok) throw new Error(started.error.message)
  expect(await askHealth(socket)).toMatchObject({ child: { state: 'unknown' } })
  expect(logged).toEqual(['runner_started'])
  await connectRawGateway(socket).next()
  await started.value.stop(unhurried)
  expect(logged.filter((event) => !event.startsWith('gateway_'))).toEqual(['runner_started', 'stopping', 'child_program_found', 'stopped'])
  expect(existsSync(socket)).toBe(false)
})

test('kills a gateway that hangs, whether it had connected or not, and starts it again', async () => {
  const folder = await createTestFolder()
  const { logged, started } = await startWithSilentProgram(folder, {
    gatewaySource: hangingTwice(folder),
    gatewayPatience: { turnMs: 10, turnsToConnect: 500, turnsToAnswer: 100 },
  })
  if (!started.ok) throw new Error(started.error.message)
  await expect.poll(() => logged.filter((event) => event === 'gateway_connected'), { timeout: 15_000 }).toHaveLength(2)
  await started.value.stop(unhurried)
  expect(logged.filter((event) => /^gateway_(connected|hung|exited)/.test(event))).toEqual([
    'gateway_hung',
    'gateway_exited',
    'gateway_connected',
    'gateway_hung',
    'gateway_exited',
    'gateway_connected',
  ])
})

test.each([
  { where: 'a folder is', exitCode: 78, complaint: 'SOCKET exists and is not a socket', occupy: makeFolder },
  { where: 'no folder can be', exitCode: 78, complaint: 'the folder FOLDER cannot be made (EEXIST)', occupy: makeFileOfFolder },
  { where: 'another broker listens', exitCode: 1, complaint: 'another broker is running: it answers on SOCKET', occupy: listenThere },
])('says so, names the setting and ends with $exitCode where $where, with nothing left', async ({ exitCode, complaint, occupy }) => {
  const folder = await createTestFolder()
  const socket = socketIn(folder)
  await occupy(socket)
  const serversBefore = countServers()
  const { started } = await startWithSilentProgram(folder)
  const why = complaint.replace('SOCKET', socket).replace('FOLDER', dirname(socket))
  expect(started).toEqual({ ok: false, error: { message: `FJMCP_BROKER_RUNNER_SOCKET: ${why}`, exitCode } })
  await expect.poll(countServers, { interval: 5 }).toBe(serversBefore)
})

async function makeFolder(socket: string): Promise<void> {
  await mkdir(socket, { recursive: true })
}

async function makeFileOfFolder(socket: string): Promise<void> {
  await writeFile(dirname(socket), '')
}

async function listenThere(socket: string): Promise<void> {
  await mkdir(dirname(socket))
  const other = createServer().listen(socket)
  onTestFinished(() => void other.close())
  await once(other, 'listening')
}

/** How many TCP servers this process has. */
function countServers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'TCPServerWrap').length
}

async function askHealth(socketPath: string): Promise<unknown> {
  const [response] = await once(request({ socketPath, path: '/health' }).end(), 'response')
  return json(response)
}

function socketIn(folder: string): string {
  return join(folder, 'run', 'runner.sock')
}

/** A gateway that is stopped at its first start before it connects, at its second after that, and at the third not at all. */
function hangingTwice(folder: string): string {
  return `
import { existsSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { WebSocket } from ${JSON.stringify(import.meta.resolve('ws'))}
const [first, second] = ${JSON.stringify([join(folder, 'first'), join(folder, 'second')])}
function hangOnce(marker) {
  if (existsSync(marker)) return
  writeFileSync(marker, '')
  process.kill(process.pid, 'SIGSTOP')
}
hangOnce(first)
const channel = new WebSocket('ws://runner/channel', { createConnection: () => connect(${JSON.stringify(socketIn(folder))}) })
channel.on('message', () => hangOnce(second))
process.stdin.resume()
`
}

/** Starts a runner whose child program never ends by itself, on `run/runner.sock` in the folder. */
async function startWithSilentProgram(folder: string, gateway: GatewayOptions = {}) {
  const logged: string[] = []
  const keep: Log['info'] = (event) => logged.push(event)
  const program = join(folder, 'silent')
  await writeFile(program, '#!/bin/sh\nexec sleep 1000\n', { mode: 0o755 })
  const started = await start({ ...gateway, folder, program, log: { ...silentLog, info: keep, error: keep } })
  return { started, logged }
}

interface GatewayOptions {
  readonly gatewaySource?: string
  readonly gatewayPatience?: GatewayPatience
}

async function start({
  folder,
  program,
  log,
  gatewaySource = 'process.stdin.resume()',
  gatewayPatience,
}: GatewayOptions & { readonly folder: string; readonly program: string; readonly log: Log }) {
  const gatewayMain = join(folder, 'gateway.mjs')
  await writeFile(gatewayMain, gatewaySource)
  const settings = parseRunnerSettings({
    FORGEJO_URL: 'http://127.0.0.1:1',
    FJMCP_BROKER_LISTEN: '127.0.0.1:0',
    FJMCP_BROKER_RUNNER_SOCKET: socketIn(folder),
    FJMCP_BROKER_FORGEJO_MCP: program,
  })
  if (!settings.ok) throw new Error(settings.error.map(({ name, expected }) => `${name}: ${expected}`).join('\n'))
  const started = await startRunner({
    settings: settings.value,
    environment: {},
    gatewayCommand: [process.execPath, gatewayMain],
    gatewayPatience,
    clock: Date.now,
    log,
  })
  onTestFinished(async () => {
    if (started.ok) await started.value.stop(unhurried)
  })
  return started
}
