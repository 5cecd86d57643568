import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { expect, onTestFinished, test } from 'vitest'
import { familyOf, isAlive } from '../processes.ts'

const realForgejo = ['--forgejo', 'http://127.0.0.1:9', '--client-id', 'id', '--client-secret', 'secret']

test('shows the main job step by step and ends with 0', async () => {
  const demo = await startDemo(['--once'])
  expect(await demo.end()).toMatchObject({ exitCode: 0, stderr: '' })
  const steps = [
    /^Child program: a small stand-in/,
    /^Forgejo: http.*make-believe/,
    /^Broker: http/,
    /the tokens allow: read write full$/,
    /offers \d+ tools/,
    /get_my_user_info/,
    /"login":"alice"/,
    /create_issue/,
    /get_file_content/,
    /the tokens allow: read$/,
    /"login":"bob"/,
    /refused by Forgejo/,
    /refused by the broker \(HTTP 403 insufficient_scope\)/,
  ]
  let place = -1
  for (const step of steps) {
    place = demo.lines.findIndex((line, index) => index > place && step.test(line))
    expect(place, `${step} in its place among ${demo.lines.join('\n')}`).toBeGreaterThanOrEqual(0)
  }
  await demo.expectNothingLeft()
})

test.each([
  { when: 'while it starts', args: [], line: /^Starting/, signal: 'SIGINT' },
  { when: 'in the middle of the steps', args: ['--once'], line: /^Calling three tools as alice/, signal: 'SIGINT' },
  { when: 'while it waits for a sign-in by hand', args: realForgejo, line: /\/oauth\/authorize/, signal: 'SIGTERM' },
] as const)('stops when it is interrupted $when, with 130 and no talk of a failure', async ({ args, line, signal }) => {
  const demo = await startDemo(args)
  await demo.printed(line)
  demo.signal(signal)
  expect(await demo.end()).toMatchObject({ exitCode: 130, stderr: '' })
  expect(demo.lines.at(-1)).toBe('Stopped.')
  expect(demo.lines.join('\n')).not.toMatch(/failed|The broker is up/)
  await demo.expectNothingLeft()
})

test('stays up after the steps until it is interrupted, which is its proper end', async () => {
  const demo = await startDemo([])
  await demo.printed(/^Ctrl-C ends everything/)
  demo.signal('SIGINT')
  expect(await demo.end()).toMatchObject({ exitCode: 0, stderr: '' })
  await demo.expectNothingLeft()
})

test('reports a broker that dies while the demo stays up, with the end of its log', async () => {
  const demo = await startDemo([])
  await demo.printed(/^Ctrl-C ends everything/)
  const [, runner] = familyOf(demo.pid)
  expect(runner).toBeDefined()
  process.kill(Number(runner), 'SIGKILL')
  const { exitCode, stderr } = await demo.end()
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/^The demo failed: The broker ended with a signal\.[^]*gateway: /)
  await demo.expectNothingLeft()
})

test('ends quietly when nobody reads its output any more', async () => {
  const demo = await startDemo([])
  await demo.printed(/^Broker: /)
  demo.closeOutput()
  expect(await demo.end()).toMatchObject({ exitCode: 130, stderr: '' })
  await demo.expectNothingLeft()
})

test('refuses a child program that is not there before it starts anything', async () => {
  const demo = await startDemo(['--once'], { FJMCP_BROKER_FORGEJO_MCP: 'no-such-program' })
  const stderr = 'FJMCP_BROKER_FORGEJO_MCP names no-such-program: no program of that name is on the PATH.'
  expect(await demo.end()).toMatchObject({ exitCode: 1, stdout: '', stderr })
})

test('prints its usage when asked, and when it is called wrongly', async () => {
  const asked = await startDemo(['--help'])
  expect(await asked.end()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('npm run demo -- --once'), stderr: '' })
  const wrong = await startDemo(['--twice'])
  expect(await wrong.end()).toMatchObject({ exitCode: 64, stdout: '', stderr: expect.stringMatching(/'--twice'[^]*npm run demo/) })
})

interface RunningDemo {
  readonly pid: number
  /** The lines printed so far. */
  readonly lines: readonly string[]
  /** Settles when such a line is printed. */
  printed(line: RegExp): Promise<void>
  signal(signal: 'SIGINT' | 'SIGTERM'): void
  closeOutput(): void
  end(): Promise<{ readonly exitCode?: number | undefined; readonly stdout: string; readonly stderr: string }>
  /** Passes when every process seen at the last signal is gone, and every temporary folder. */
  expectNothingLeft(): Promise<void>
}

async function startDemo(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<RunningDemo> {
  const folder = await mkdtemp(join(tmpdir(), 'fjmcp-demo-test-'))
  const [temporary, emptyPath] = [join(folder, 'tmp'), join(folder, 'bin')]
  await Promise.all([mkdir(temporary), mkdir(emptyPath)])
  await writeFile(join(emptyPath, 'README'), 'No forgejo-mcp here.')
  const demo = execa(process.execPath, [fileURLToPath(new URL('./main.ts', import.meta.url)), ...args], {
    env: { PATH: emptyPath, TMPDIR: temporary, ...environment },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  })
  onTestFinished(async () => {
    demo.kill('SIGKILL')
    await demo
    await rm(folder, { recursive: true, maxRetries: 10 })
  })
  const pid = demo.pid ?? 0
  const lines: string[] = []
  const waiting = new Set<() => void>()
  let text = ''
  let family: readonly number[] = []
  demo.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    lines.splice(0, lines.length, ...text.split('\n').slice(0, -1))
    family = familyOf(pid)
    for (const look of waiting) look()
  })

  return {
    pid,
    lines,
    printed: (line) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const look = (): void => {
        if (lines.some((printed) => line.test(printed))) resolve()
      }
      waiting.add(look)
      look()
      void demo.then(({ stderr }) => reject(new Error(`The demo ended without printing ${line}.\n${text}\n${stderr}`)))
      return promise
    },
    signal: (signal) => {
      family = familyOf(pid)
      process.kill(pid, signal)
    },
    closeOutput: () => {
      family = familyOf(pid)
      demo.stdout.destroy()
    },
    end: () => demo,
    expectNothingLeft: async () => {
      expect(family.length).toBeGreaterThan(0)
      await expect.poll(() => family.filter(isAlive), { timeout: 10_000 }).toEqual([])
      expect(await readdir(temporary)).toEqual([])
    },
  }
}
