import { join } from 'node:path'
import type { McpClient } from '@fjmcp-broker/testkit/mcp-client'
import { isAlive } from '@fjmcp-broker/testkit/processes'
import { startWholeBroker, type WholeBroker } from '@fjmcp-broker/testkit/whole-broker'
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { expect, onTestFinished, test } from 'vitest'
import { askStatus } from '../src/ask-status.ts'
import { runProgram } from '../src/program.ts'

test('ending a grant or a user while a call runs ends the child and the call, and lets the user sign in anew', async () => {
  const whole = await start()
  const [alice, bob] = [await whole.connect('alice'), await whole.connect('bob')]
  const childOfBob = await childOf(bob)
  await endDuringCall(whole, alice, async () => ['grants', 'end', await grantOf(whole, 'alice')])
  expect(await childOf(bob)).toBe(childOfBob)

  await endDuringCall(whole, await whole.connect('alice'), async () => ['users', 'end', 'alice'])
  expect(await childOf(await whole.connect('alice'))).toBeGreaterThan(0)
  expect(await childOf(bob)).toBe(childOfBob)
})

async function endDuringCall(whole: WholeBroker, client: McpClient, command: () => Promise<readonly string[]>): Promise<void> {
  const child = await childOf(client)
  const call = client.client.callTool({ name: 'hold_answer', arguments: { key: 'never' } }).catch((error: unknown) => error)
  await expect.poll(async () => callsInFlight(whole), patience).toBe(1)
  expect(await run(whole, ...(await command()))).toMatchObject({
    code: 0,
    answer: { ok: true, ended: { grants: 1, sessions: 1, childrenEnded: true } },
  })
  // The command does not return before the child is gone.
  expect(isAlive(child)).toBe(false)
  expect(await call).toBeInstanceOf(UnauthorizedError)
  await expect(childOf(client)).rejects.toThrow(UnauthorizedError)
  await client.client.close()
}

async function grantOf(whole: WholeBroker, login: string): Promise<string> {
  const { answer } = await run(whole, 'grants', 'list', '--user', login)
  return answer.grants[0].id
}

/** Nothing announces that a call has reached its child. */
const patience = { timeout: 15_000, interval: 20 }

async function start(): Promise<WholeBroker> {
  const whole = await startWholeBroker({ child: 'misbehaving' })
  onTestFinished(() => whole.close())
  return whole
}

async function childOf({ client }: McpClient): Promise<number> {
  const result = CallToolResultSchema.parse(await client.callTool({ name: 'describe_process', arguments: {} }))
  const [content] = result.content
  return Number(content?.type === 'text' ? /"pid":\s*(\d+)/.exec(content.text)?.[1] : undefined)
}

async function callsInFlight(whole: WholeBroker): Promise<number | undefined> {
  const status = await askStatus(socketOf(whole))
  return status.ok ? status.value.runner?.callsInFlight : undefined
}

async function run(whole: WholeBroker, ...args: readonly string[]) {
  const printed: string[] = []
  const code = await runProgram({
    args: [...args, '--json'],
    self: ['node', 'program'],
    environment: { FJMCP_BROKER_ADMIN_SOCKET: socketOf(whole) },
    aboutFile: new URL('none', import.meta.url),
    clock: Date.now,
    print: (text) => void printed.push(text),
    complain: (text) => void printed.push(text),
  })
  return { code, answer: JSON.parse(printed.join('\n')) }
}

function socketOf({ folder }: WholeBroker): string {
  return join(folder, 'data/run/admin.sock')
}
