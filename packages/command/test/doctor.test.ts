import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startWholeBroker } from '@fjmcp-broker/testkit/whole-broker'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { listenForTest } from './doctor/listen-for-test.ts'

const findingsSchema = z.object({
  ok: z.boolean(),
  findings: z.array(z.object({ check: z.string(), state: z.string(), detail: z.string(), remedy: z.string().optional() })),
})

const allChecks = [
  'settings',
  'broker',
  'isolation',
  'child-program',
  'local-port',
  'public-url',
  'discovery',
  'mcp-endpoint',
  'forgejo',
  'oauth-application',
  'clock',
  'database',
  'key',
]

test('finds no problem in a broker that runs and is used, and one when its secret is wrong', async () => {
  const whole = await startWholeBroker()
  onTestFinished(() => whole.close())
  const alice = await whole.connect('alice')
  await alice.client.callTool({ name: 'get_my_user_info', arguments: {} })

  const sound = await examine({ environment: whole.environment, folder: whole.folder })
  const states = Object.fromEntries(sound.findings.map(({ check, state }) => [check, state]))
  expect(sound.exitCode).toBe(0)
  // Whether none is enough depends on whether this machine is a container.
  expect(states).toMatchObject({ isolation: expect.stringMatching(/^(ok|warning)$/) })
  expect({ ...states, isolation: 'ok' }).toEqual(Object.fromEntries(allChecks.map((check) => [check, 'ok'])))

  const environment = { ...whole.environment, FORGEJO_OAUTH_CLIENT_SECRET: 'a-very-wrong-secret' }
  const wrong = await examine({ environment, folder: whole.folder })
  expect(wrong.exitCode).toBe(1)
  const problems = wrong.findings.filter(({ state }) => state === 'problem')
  expect(problems.map(({ check }) => check)).toEqual(['oauth-application', 'key'])
  expect(wrong.output).not.toContain('a-very-wrong-secret')

  expect(await alice.client.callTool({ name: 'get_my_user_info', arguments: {} })).not.toMatchObject({ isError: true })
  await whole.broker().stop()
  const stopped = await examine({ environment: whole.environment, folder: whole.folder })
  expect(stopped.findings).toContainEqual(
    expect.objectContaining({ check: 'broker', state: 'warning', detail: expect.stringContaining('no broker runs') }),
  )
  expect(stopped.findings).toContainEqual(expect.objectContaining({ check: 'database', state: 'ok' }))
})

test('names wrong settings, examines the rest, hides what is secret in them and ends with 78', async () => {
  const folder = await makeFolder()
  const environment = {
    FORGEJO_URL: 'https://me:hunter22@git.example.test',
    FJMCP_BROKER_DATABASE_URL: 'file:/nowhere/broker.db?authToken=database-token',
  }
  const { exitCode, findings, output } = await examine({ environment, folder })
  expect(exitCode).toBe(78)
  expect(findings).toContainEqual(
    expect.objectContaining({ check: 'settings', state: 'problem', detail: expect.stringContaining('FORGEJO_URL') }),
  )
  expect(findings).toContainEqual(expect.objectContaining({ check: 'forgejo', state: 'skipped', detail: 'needs FORGEJO_URL' }))
  expect(findings).toContainEqual(expect.objectContaining({ check: 'child-program', state: 'problem' }))
  expect(output).not.toMatch(/hunter22|database-token/)
})

test('says in words what it finds, and which broker holds a database without answering', async () => {
  const whole = await startWholeBroker()
  onTestFinished(() => whole.close())
  const environment = { ...whole.environment, FJMCP_BROKER_ADMIN_SOCKET: join(whole.folder, 'other.sock') }
  const { exitCode, stdout } = await run({ environment, folder: whole.folder, args: ['doctor'] })
  expect(exitCode).toBe(1)
  expect(stdout).toMatch(/^!! {2}broker +a broker runs, for it holds the database, but does not answer at .*other\.sock \(ENOENT\)\n +> /m)
  expect(stdout).toMatch(/^ok {2}local-port /m)
  expect(stdout).toMatch(/1 problem.* found; what to do about each stands below it\.\n$/)
})

test('ends within 20 seconds where everything takes the connection and says nothing', { timeout: 40_000 }, async () => {
  const folder = await makeFolder()
  const [forgejo, publicUrl, local] = await Promise.all([blackHole(), blackHole(), blackHole()])
  const adminSocket = join(folder, 'admin.sock')
  await blackHole(adminSocket)
  const program = join(folder, 'never-ends')
  await writeFile(program, `#!${process.execPath}\nsetInterval(() => {}, 1_000_000)\n`)
  await chmod(program, 0o755)
  const environment = {
    FORGEJO_URL: forgejo,
    FJMCP_BROKER_PUBLIC_URL: publicUrl,
    FJMCP_BROKER_LISTEN: new URL(local).host,
    FORGEJO_OAUTH_CLIENT_ID: 'broker',
    FORGEJO_OAUTH_CLIENT_SECRET: 'broker-secret',
    FJMCP_BROKER_ADMIN_SOCKET: adminSocket,
    FJMCP_BROKER_FORGEJO_MCP: program,
  }
  const { exitCode, findings } = await examine({ environment, folder })
  expect(exitCode).toBe(1)
  expect(findings.filter(({ state }) => state === 'problem' || state === 'warning').map(({ check }) => check)).toEqual([
    'broker',
    'child-program',
    'local-port',
    'public-url',
    'forgejo',
  ])
})

async function examine({ environment, folder }: { readonly environment: Readonly<Record<string, string>>; readonly folder: string }) {
  const { exitCode, stdout, stderr } = await run({ environment, folder, args: ['doctor', '--json'] })
  const { ok, findings } = findingsSchema.parse(JSON.parse(stdout))
  expect(ok).toBe(exitCode === 0)
  return { exitCode, output: stdout + stderr, findings }
}

/** Runs the program; one that takes longer than 20 seconds has no exit code. */
function run({
  environment,
  folder,
  args,
}: {
  readonly environment: Readonly<Record<string, string>>
  readonly folder: string
  readonly args: readonly string[]
}): Promise<{ readonly exitCode: unknown; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    const options = { cwd: folder, env: environment, timeout: 20_000 }
    execFile(process.execPath, [main, ...args], options, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : error.code, stdout, stderr })
    })
  })
}

const main = fileURLToPath(import.meta.resolve('@fjmcp-broker/command/main'))

/** Takes connections, on loopback or at a path, and says nothing; returns its origin. */
function blackHole(path?: string): Promise<string> {
  return listenForTest(
    createServer((socket) => socket.on('error', () => {})),
    path,
  )
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fjmcp-doctor-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'data'), { mode: 0o700 })
  return folder
}
