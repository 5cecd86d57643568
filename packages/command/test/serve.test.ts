import { statSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrokerProcess, startBrokerProcess } from '@fjmcp-broker/testkit/broker-process'
import { startWholeBroker } from '@fjmcp-broker/testkit/whole-broker'
import { expect, onTestFinished, test } from 'vitest'

const complete = {
  FJMCP_BROKER_PUBLIC_URL: 'http://127.0.0.1:1',
  FJMCP_BROKER_LISTEN: '127.0.0.1:0',
  FORGEJO_URL: 'http://127.0.0.1:1',
  FORGEJO_OAUTH_CLIENT_ID: 'broker',
  FORGEJO_OAUTH_CLIENT_SECRET: 'secret',
}

test('names every setting that is missing or wrong, each once, and ends with 78', async () => {
  const broker = await serve({ FJMCP_BROKER_LOG_LEVEL: 'loud', FJMCP_BROKER_MAX_CHILDREN: 'many' })
  expect(await broker.exited).toBe(78)
  expect(
    broker
      .complaints()
      .match(/^ {2}\w+(?=:)/gm)
      ?.map((name) => name.trim()),
  ).toEqual([
    'FORGEJO_URL',
    'FJMCP_BROKER_LOG_LEVEL',
    'FJMCP_BROKER_MAX_CHILDREN',
    'FJMCP_BROKER_PUBLIC_URL',
    'FORGEJO_OAUTH_CLIENT_ID',
    'FORGEJO_OAUTH_CLIENT_SECRET',
  ])
})

test('leaves a file with a secret to the gateway to judge, and ends with 78 when the gateway refuses it', async () => {
  const folder = await createFolder()
  const file = join(folder, 'secret')
  await writeFile(file, 'secret\n')
  await chmod(file, 0o644)
  const { FORGEJO_OAUTH_CLIENT_SECRET: _, ...rest } = complete
  const broker = await serve({ ...rest, FORGEJO_OAUTH_CLIENT_SECRET_FILE: file })
  expect(await broker.exited).toBe(78)
  expect(broker.log.map(({ event }) => event)).toContain('runner_started')
  expect(broker.complaints()).toContain('  FORGEJO_OAUTH_CLIENT_SECRET_FILE: a file that nobody else may read, not one of mode 0644')
})

test('starts with a secret in a file that is the gateway’s alone', async () => {
  const folder = await createFolder()
  const file = join(folder, 'secret')
  await writeFile(file, 'secret\n', { mode: 0o400 })
  const { FORGEJO_OAUTH_CLIENT_SECRET: _, ...rest } = complete
  const broker = await serve({ ...rest, FORGEJO_OAUTH_CLIENT_SECRET_FILE: file })
  await broker.logged('gateway_listening')
  expect(await broker.stop()).toBe(0)
})

test('says in one line which setting to mend when the folder of its socket cannot be made', async () => {
  const folder = await createFolder()
  await writeFile(join(folder, 'file'), '')
  const broker = await serve({ ...complete, FJMCP_BROKER_RUNNER_SOCKET: join(folder, 'file', 'runner.sock') })
  expect(await broker.exited).toBe(78)
  expect(broker.complaints()).toBe(
    `fjmcp-broker cannot start: FJMCP_BROKER_RUNNER_SOCKET: the folder ${join(folder, 'file')} cannot be made (EEXIST)\n`,
  )
})

test('ends with 78 when the admin socket cannot be had, before it serves anybody, and closes its database', async () => {
  const folder = await createFolder()
  const [database, socket] = [join(folder, 'broker.db'), join(folder, 'admin.sock')]
  await writeFile(socket, '')
  const broker = await serve({ ...complete, FJMCP_BROKER_DATABASE_URL: `file:${database}`, FJMCP_BROKER_ADMIN_SOCKET: socket })
  expect(await broker.exited).toBe(78)
  expect(broker.complaints()).toBe(`FJMCP_BROKER_ADMIN_SOCKET: ${socket} exists and is not a socket\n`)
  expect(broker.log.map(({ event }) => event)).not.toContain('gateway_connected')
  // All that was written to it is in the file itself.
  expect(statSync(`${database}-wal`).size).toBe(0)
})

test('says in one line that another broker runs on its socket, and leaves that one alone', async () => {
  const whole = await startWholeBroker()
  onTestFinished(() => whole.close())
  const socket = join(whole.folder, 'data', 'run', 'runner.sock')
  const second = await serve({ ...complete, FJMCP_BROKER_RUNNER_SOCKET: socket })
  expect(await second.exited).toBe(1)
  expect(second.complaints()).toBe(
    `fjmcp-broker cannot start: FJMCP_BROKER_RUNNER_SOCKET: another broker is running: it answers on ${socket}\n`,
  )
  expect((await fetch(`${whole.publicUrl}/healthz`)).status).toBe(200)
})

async function serve(environment: Readonly<Record<string, string>>): Promise<BrokerProcess> {
  const broker = startBrokerProcess({ environment, folder: await createFolder() })
  onTestFinished(async () => {
    await broker.stop()
  })
  return broker
}

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fjmcp-serve-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
