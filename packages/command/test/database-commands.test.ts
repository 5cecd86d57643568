import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, readdirSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { setApplicationMark } from '@fjmcp-broker/gateway/store/libsql/application-mark'
import { openStore } from '@fjmcp-broker/gateway/store/libsql/open-store'
import { cutWriteShort } from '@fjmcp-broker/gateway/store/libsql/testing/cut-write-short'
import { createSealer } from '@fjmcp-broker/gateway/store/sealing'
import type { Store } from '@fjmcp-broker/gateway/store/store'
import { createNewId } from '@fjmcp-broker/shared/id'
import { silentLog } from '@fjmcp-broker/shared/log'
import type { McpClient } from '@fjmcp-broker/testkit/mcp-client'
import { startWholeBroker, type WholeBroker } from '@fjmcp-broker/testkit/whole-broker'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { runProgram } from '../src/program.ts'

const program = fileURLToPath(import.meta.resolve('@fjmcp-broker/command/main'))

test('a broker is backed up while clients register, and goes on from the backup as it was', async () => {
  const whole = await startWholeBroker({ environment: { FJMCP_BROKER_REGISTRATIONS_PER_MINUTE: '100000' } })
  onTestFinished(() => whole.close())
  const alice = await whole.connect('alice')
  const { tools } = await alice.client.listTools()
  const before = await registerMany(whole, 20)

  const meanwhile = registerMany(whole, 100)
  const backup = await call(whole, ['backup', '-'])
  expect(backup).toMatchObject({ code: 0, complaints: expect.stringContaining('is backed up to standard output') })
  const after = await meanwhile
  const file = join(whole.folder, 'received.db')
  writeFileSync(file, backup.printed)

  expect(await call(whole, ['migrate', '--check'])).toMatchObject({ code: 0 })
  const refused = await call(whole, ['restore', file])
  expect(refused).toMatchObject({ code: 1, complaints: expect.stringContaining('in use by another broker') })
  expect(await whole.broker().stop()).toBe(0)

  const store = await openBroker(whole)
  for (const id of [...before, ...after]) expect(await store.clients.find(id)).toBeDefined()
  await store.close()

  const restored = await call(whole, ['restore', '--json', '-'], file)
  const { kept } = z.object({ ok: z.literal(true), kept: z.string() }).parse(JSON.parse(restored.printed.toString()))
  expect({ code: restored.code, complaints: restored.complaints }).toEqual({ code: 0, complaints: '' })
  expect(statSync(kept).size).toBeGreaterThan(0)
  const back = await openBroker(whole)
  for (const id of before) expect(await back.clients.find(id)).toBeDefined()
  await back.close()
  await whole.restart()
  expect(await toolsOf(alice)).toEqual(tools.map(({ name }) => name))
})

test('says in JSON what it did and why not, in its place, and ends with the code that its help names', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fjmcp-database-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const environment = {
    FJMCP_BROKER_DATABASE_URL: `file:${folder}/data/broker.db`,
    FORGEJO_URL: 'https://forgejo.test',
    FORGEJO_OAUTH_CLIENT_ID: 'broker',
    FORGEJO_OAUTH_CLIENT_SECRET: 'secret',
  }
  const place = { folder, environment }
  const target = join(folder, 'backup.db')
  expect(await answer(place, ['migrate', '--check'])).toMatchObject({ code: 0, ok: true, state: 'missing' })
  expect(await answer(place, ['backup', target])).toMatchObject({ code: 1, ok: false, error: { reason: 'no_database' } })
  await (await openBroker(place)).close()
  expect(await answer(place, ['migrate'])).toMatchObject({ code: 0, ok: true, state: 'current', migrations: [] })
  expect(await answer(place, ['backup', target])).toMatchObject({ code: 0, ok: true, target, bytes: statSync(target).size })
  expect(await answer(place, ['backup', target])).toMatchObject({ code: 1, ok: false, error: { reason: 'target_exists' } })
  expect(await answer(place, ['restore', target])).toMatchObject({ code: 0, ok: true, pendingMigrations: 0 })
  expect(await answer(place, ['restore', program])).toMatchObject({ code: 1, ok: false, error: { reason: 'not_a_backup' } })
  const wrong = { folder, environment: { ...environment, FJMCP_BROKER_DATABASE_URL: 'libsql://elsewhere.test', FORGEJO_URL: 'nowhere' } }
  for (const args of [
    ['migrate', '--check'],
    ['backup', target],
    ['restore', target],
  ]) {
    expect(await answer(wrong, args)).toMatchObject({ code: 78, ok: false, error: { reason: 'wrong_settings' } })
  }
  writeFileSync(join(folder, 'data', 'broker.db'), 'notes')
  expect(await answer(place, ['migrate', '--check'])).toMatchObject({ code: 78, ok: false, error: { reason: 'not_a_database' } })
  const streamed = await call(place, ['backup', '-', '--json'])
  expect(streamed).toMatchObject({ code: 1, complaints: expect.stringContaining('"reason":"not_a_database"') })
  expect(streamed.printed).toHaveLength(0)
})

test('migrate takes back a write that was cut short, and says before that the next start does', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fjmcp-database-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'broker.db')
  const place = { folder, environment: { FJMCP_BROKER_DATABASE_URL: `file:${path}` } }
  await cutWriteShort(path, setApplicationMark)
  expect(await answer(place, ['migrate', '--check'])).toMatchObject({ code: 1, state: 'interrupted', migrations: [] })
  expect(await answer(place, ['migrate'])).toMatchObject({ code: 0, ok: true, state: 'migrated' })
  expect(await answer(place, ['migrate', '--check'])).toMatchObject({ code: 0, ok: true, state: 'current' })
})

test('leaves nothing of a backup for which there is no room', async () => {
  const whole = await startWholeBroker()
  onTestFinished(() => whole.close())
  const backups = await mkdtemp(join(whole.folder, 'backups-'))
  const before = readdirSync(join(whole.folder, 'data'))
  // No file of more than 32 KiB: the nearest thing to a full disk that needs no rights.
  const limited = { ...place(whole), limit: 'ulimit -f 64' }
  expect(await call(limited, ['backup', join(backups, 'backup.db')])).toMatchObject({
    code: 1,
    complaints: expect.stringContaining(backups),
  })
  expect(await call(limited, ['backup', '-'])).toMatchObject({ code: 1, complaints: expect.stringContaining('SQLITE_') })
  expect(readdirSync(backups)).toEqual([])
  expect(readdirSync(join(whole.folder, 'data'))).toEqual(before)
})

/** Where a command runs. */
interface Place {
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  /** What a shell does before. */
  readonly limit?: string
}

function place({ folder, environment }: WholeBroker): Place {
  return { folder, environment }
}

async function call({ folder, environment, limit = ':' }: Place, args: readonly string[], input?: string) {
  const command = spawn('/bin/sh', ['-c', `${limit}; exec "$0" "$@"`, process.execPath, program, ...args], {
    cwd: folder,
    env: environment,
  })
  if (input === undefined) command.stdin.end()
  else createReadStream(input).pipe(command.stdin)
  const [printed, complaints, [code]] = await Promise.all([buffer(command.stdout), text(command.stderr), once(command, 'exit')])
  return { code: Number(code), printed, complaints }
}

const answerSchema = z.looseObject({ ok: z.boolean() })

/** What a command answers that runs in this process. */
async function answer({ environment }: Place, args: readonly string[]) {
  const printed: string[] = []
  const complaints: string[] = []
  const code = await runProgram({
    args: [...args, '--json'],
    self: [process.execPath, program],
    environment,
    aboutFile: new URL('none', import.meta.url),
    clock: Date.now,
    print: (line) => printed.push(line),
    complain: (line) => complaints.push(line),
  })
  expect(complaints).toEqual([])
  return { code, ...answerSchema.parse(JSON.parse(printed.join('\n'))) }
}

/** Registers clients, a few at a time; returns the ids that were acknowledged. */
async function registerMany({ publicUrl }: WholeBroker, count: number): Promise<readonly string[]> {
  const ids: string[] = []
  while (ids.length < count) ids.push(...(await Promise.all(Array.from({ length: 5 }, () => register(publicUrl)))))
  return ids
}

async function register(publicUrl: string): Promise<string> {
  const response = await fetch(`${publicUrl}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'Editor', redirect_uris: ['http://127.0.0.1/callback'] }),
  })
  return z.object({ client_id: z.string() }).parse(await response.json()).client_id
}

async function openBroker({ folder, environment }: Pick<WholeBroker, 'folder' | 'environment'>): Promise<Store> {
  const opened = await openStore({
    databaseUrl: environment['FJMCP_BROKER_DATABASE_URL'] ?? `file:${folder}/data/broker.db`,
    forgejoOrigin: environment['FORGEJO_URL'] ?? '',
    oauthClientId: environment['FORGEJO_OAUTH_CLIENT_ID'] ?? '',
    sealer: await createSealer([{ name: 'client secret', secret: environment['FORGEJO_OAUTH_CLIENT_SECRET'] ?? '' }]),
    newId: createNewId(Date.now),
    log: silentLog,
  })
  if (opened.ok) return opened.value
  throw new Error(opened.error.message)
}

async function toolsOf({ client }: McpClient): Promise<readonly string[]> {
  return (await client.listTools()).tools.map(({ name }) => name)
}
