import type { McpClient } from '@fjmcp-broker/testkit/mcp-client'
import { familyOf, isAlive } from '@fjmcp-broker/testkit/processes'
import { startWholeBroker, type WholeBroker } from '@fjmcp-broker/testkit/whole-broker'
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { expect, onTestFinished, test } from 'vitest'

test('gives two users, each through many interleaved calls, their own answers and nobody else’s', async () => {
  const whole = await start()
  const clients = { alice: await whole.connect('alice'), bob: await whole.connect('bob') }
  const logins = Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? 'alice' : 'bob'))
  const answers = await Promise.all(logins.map((login) => whoAmI(clients[login])))
  expect(answers).toEqual(logins)
})

test('renews an expired Forgejo token once while 50 calls wait for it, and no client notices', async () => {
  const whole = await start()
  const alice = await whole.connect('alice')
  await whoAmI(alice)
  whole.forgejo.expireAccessTokens()
  const answers = await Promise.all(Array.from({ length: 50 }, () => whoAmI(alice)))
  expect(new Set(answers)).toEqual(new Set(['alice']))
  expect(whole.forgejo.journal.refreshes).toMatchObject({ asked: 1, succeeded: 1 })
})

test('has a client sign in again when Forgejo has revoked its access, and go on in the same session', async () => {
  const whole = await start()
  const alice = await whole.connect('alice')
  await whoAmI(alice)
  const session = alice.transport.sessionId
  whole.forgejo.revokeGrant('alice')
  expect(await alice.signedIn(() => whoAmI(alice))).toBe('alice')
  expect(alice.transport.sessionId).toBe(session)
})

test('starts a killed gateway again, and clients go on with their session and token', async () => {
  const whole = await start()
  const alice = await whole.connect('alice')
  await whoAmI(alice)
  const { pid } = await whole.broker().logged('gateway_listening')
  process.kill(Number(pid), 'SIGKILL')
  await whole.broker().logged('gateway_listening', (logged) => logged['pid'] !== pid)
  expect(await whoAmI(alice)).toBe('alice')
})

test('leaves no process behind when its runner is killed, and continues sessions after a restart', async () => {
  const whole = await start()
  const alice = await whole.connect('alice')
  await whoAmI(alice)
  const family = familyOf(whole.broker().pid)
  expect(family.length).toBeGreaterThanOrEqual(2)
  whole.broker().kill()
  await expect.poll(() => family.filter(isAlive), patience).toEqual([])
  await whole.restart()
  expect(await whoAmI(alice)).toBe('alice')
})

test('ends children that ignore every polite request when its runner is killed', async () => {
  const whole = await start({ child: 'stubborn' })
  const alice = await whole.connect('alice')
  await alice.client.listTools()
  const family = familyOf(whole.broker().pid)
  whole.broker().kill()
  await expect.poll(() => family.filter(isAlive), patience).toEqual([])
})

test('stops at SIGTERM with exit code 0 and leaves no process behind', async () => {
  const whole = await start()
  const alice = await whole.connect('alice')
  await whoAmI(alice)
  const family = familyOf(whole.broker().pid)
  expect(await whole.broker().stop()).toBe(0)
  expect(family.filter(isAlive)).toEqual([])
})

test('stops in good order although Forgejo does not answer a refresh', async () => {
  const whole = await start()
  const alice = await whole.connect('alice')
  await whoAmI(alice)
  whole.forgejo.expireAccessTokens()
  const hold = whole.forgejo.holdTokenEndpoint('request')
  const unanswered = whoAmI(alice).catch(() => undefined)
  await hold.reached(1)
  expect(await whole.broker().stop()).toBe(0)
  expect(whole.broker().log.map(({ event }) => event)).toEqual(expect.arrayContaining(['work_abandoned', 'gateway_stopped']))
  hold.release()
  await alice.client.close()
  await unanswered
})

test('hands a child nothing of the user’s tokens and nothing of the broker’s environment', async () => {
  const whole = await start({ child: 'misbehaving' })
  const alice = await whole.connect('alice')
  const result = CallToolResultSchema.parse(await alice.client.callTool({ name: 'describe_process', arguments: {} }))
  const text = JSON.stringify(result.content)
  expect(text).toContain('FORGEJO_ACCESS_TOKEN')
  expect(text).not.toContain(whole.environment['FORGEJO_OAUTH_CLIENT_SECRET'])
  expect(text).not.toContain('FJMCP_BROKER_')
})

/** Nothing announces the end of a process that is not our child. */
const patience = { timeout: 15_000, interval: 20 }

async function start(options: Parameters<typeof startWholeBroker>[0] = {}): Promise<WholeBroker> {
  const whole = await startWholeBroker(options)
  onTestFinished(() => whole.close())
  return whole
}

async function whoAmI({ client }: McpClient): Promise<string | undefined> {
  const result = CallToolResultSchema.parse(await client.callTool({ name: 'get_my_user_info', arguments: {} }))
  const [content] = result.content
  return content?.type === 'text' ? /"login":"(\w+)"/.exec(content.text)?.[1] : undefined
}
