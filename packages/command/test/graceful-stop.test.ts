import { once } from 'node:events'
import { statSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { startBrokerProcess } from '@fjmcp-broker/testkit/broker-process'
import type { ChildKind } from '@fjmcp-broker/testkit/children/child-program'
import { familyOf, isAlive } from '@fjmcp-broker/testkit/processes'
import { startWholeBroker, type WholeBroker } from '@fjmcp-broker/testkit/whole-broker'
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { expect, onTestFinished, test } from 'vitest'

const noHurry = { FJMCP_BROKER_DRAIN_SECONDS: '300' }

test('lets a call under way finish while others are told to come again, and waits for nothing else', async () => {
  const whole = await start(noHurry)
  const call = await callOnSignal(whole)
  // It never brings a request, and nobody waits for one.
  const silent = await openConnection(whole)
  const family = familyOf(whole.broker().pid)
  const exited = whole.broker().stop()
  expect(await whole.broker().logged('stopping')).toMatchObject({ seconds: 300, callsInFlight: 1 })
  await expect.poll(() => askStatus(whole), patience).toBe('503, again after 2 s, close')
  expect(isAlive(call.childPid)).toBe(true)
  process.kill(call.childPid, 'SIGUSR2')
  expect(await call.answer).toBe('{"Result":"signalled"}')
  expect(await exited).toBe(0)
  expect(silent.closed).toBe(true)
  expect(await askStatus(whole)).toBe('ECONNREFUSED')
  expectGoodOrder(whole, { family, callsCutOff: 0 })
})

test('answers a call that does not end in time with an error', async () => {
  const whole = await start({ FJMCP_BROKER_DRAIN_SECONDS: '0' })
  const call = await callOnSignal(whole)
  const family = familyOf(whole.broker().pid)
  expect(await whole.broker().stop()).toBe(0)
  expect(await call.answer).toContain('The broker is being stopped')
  expectGoodOrder(whole, { family, callsCutOff: 1 })
})

test('waits no longer when it gets a second signal, and kills children that would not end', async () => {
  const whole = await start(noHurry)
  const call = await callOnSignal(whole)
  const family = familyOf(whole.broker().pid)
  const exited = whole.broker().stop()
  await whole.broker().logged('stopping')
  process.kill(whole.broker().pid, 'SIGINT')
  expect(await exited).toBe(0)
  expect(await call.answer).toContain('The broker is being stopped')
  expectGoodOrder(whole, { family, callsCutOff: 1 })
})

test('leaves the port to nobody as long as a child lives, be it one that does not want to end', async () => {
  const whole = await start({}, 'stubborn')
  await (await whole.connect('alice')).client.callTool({ name: 'describe_process', arguments: {} })
  const broker = whole.broker().pid
  const children = familyOf(broker).filter((pid) => pid !== broker)
  const [leftAtTheft] = await Promise.all([stealPort(whole, children), whole.broker().stop()])
  expect(children.length).toBeGreaterThanOrEqual(3)
  expect(leftAtTheft).toEqual([])
})

test('finishes a call whose client has gone', async () => {
  const whole = await start(noHurry)
  const call = await callOnSignal(whole)
  await call.leave()
  const exited = whole.broker().stop()
  await whole.broker().logged('gateway_stopped')
  expect(isAlive(call.childPid)).toBe(true)
  process.kill(call.childPid, 'SIGUSR2')
  expect(await exited).toBe(0)
  expect(await whole.broker().logged('stopped')).toMatchObject({ callsCutOff: 0 })
})

test('tells clients that wait for news when to come again', async () => {
  const whole = await start({ FJMCP_BROKER_DRAIN_SECONDS: '2' })
  const alice = await whole.connect('alice')
  const headers = {
    accept: 'text/event-stream',
    authorization: `Bearer ${alice.tokens()?.access_token}`,
    'mcp-session-id': alice.transport.sessionId ?? '',
  }
  const stream = await fetch(`${whole.publicUrl}/mcp`, { headers })
  const text = stream.text()
  expect(await whole.broker().stop()).toBe(0)
  expect(await text).toBe(': keep-alive\n\nretry: 5000\n\n')
})

test('stops in good order when it is told to before the gateway is up', async () => {
  const whole = await start(noHurry)
  await whole.broker().stop()
  const broker = startBrokerProcess({ environment: whole.environment, folder: whole.folder })
  await broker.logged('runner_started')
  const family = familyOf(broker.pid)
  expect(await broker.stop()).toBe(0)
  expect(broker.complaints()).toBe('')
  expect(family.filter(isAlive)).toEqual([])
})

/** Nothing announces what others do. */
const patience = { timeout: 15_000, interval: 20 }

async function start(environment: Readonly<Record<string, string>>, child: ChildKind = 'misbehaving'): Promise<WholeBroker> {
  const whole = await startWholeBroker({ child, environment })
  onTestFinished(() => whole.close())
  return whole
}

/** Starts a call whose child is at work on it, and which ends when that gets SIGUSR2. */
async function callOnSignal(whole: WholeBroker) {
  const { client } = await whole.connect('alice')
  const working = Promise.withResolvers<number>()
  const answer = client
    .callTool({ name: 'answer_on_signal', arguments: {} }, undefined, { onprogress: ({ progress }) => working.resolve(progress) })
    .then(
      (result) => {
        const [content] = CallToolResultSchema.parse(result).content
        return content?.type === 'text' ? content.text : undefined
      },
      (error: unknown) => String(error),
    )
  return { childPid: await working.promise, answer, leave: () => client.close() }
}

async function openConnection({ publicUrl }: WholeBroker): Promise<Socket> {
  const { hostname, port } = new URL(publicUrl)
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** What a client gets that comes now. */
async function askStatus({ publicUrl }: WholeBroker): Promise<string> {
  const asked = request(`${publicUrl}/healthz`, { agent: false }).end()
  try {
    const [{ statusCode, headers }] = (await once(asked, 'response')) as [IncomingMessage]
    asked.destroy()
    return `${statusCode}, again after ${headers['retry-after']} s, ${headers.connection}`
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

/** Goes for the port as often as can be; settles with the processes that are there in the moment in which it has it. */
async function stealPort({ publicUrl }: WholeBroker, family: readonly number[]): Promise<readonly number[]> {
  const { hostname, port } = new URL(publicUrl)
  for (;;) {
    const thief = createServer()
    try {
      await once(thief.listen(Number(port), hostname), 'listening')
      return family.filter(isAlive)
    } catch {
      await setImmediate()
    } finally {
      thief.close()
    }
  }
}

function expectGoodOrder(
  whole: WholeBroker,
  { family, callsCutOff }: { readonly family: readonly number[]; readonly callsCutOff: number },
) {
  const { log } = whole.broker()
  expect(log.findLast(({ event }) => event === 'stopped')).toMatchObject({ callsCutOff })
  expect(log.some(({ event }) => event === 'gateway_stopped')).toBe(true)
  expect(log.filter(({ event }) => event === 'answers_broken_off' || event === 'work_abandoned')).toEqual([])
  expect(family.filter(isAlive)).toEqual([])
  // All of it is in the database itself.
  const unwritten = statSync(join(whole.folder, 'data', 'broker.db-wal'), { throwIfNoEntry: false })
  expect(unwritten?.size ?? 0).toBe(0)
}
