import { silentLog } from '@fjmcp-broker/shared/log'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signalGroup } from '@fjmcp-broker/shared/process/process-group'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import type { ChildFault } from '../supervision/event.ts'
import { type ChildBounds, createChildBounds, unbounded } from './child-bounds.ts'
import { type ChildUser, runnersOwnUser } from './child-user.ts'
import { findNonblock } from './nonblock.ts'
import { startProcess } from './start-process.ts'

const nonblock = findNonblock() ?? ''

const folder = mkdtempSync(join(tmpdir(), 'start-process-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('tells every line before the end, and the end with its code and the last words', async () => {
  const run = start(`process.stdout.write('one\\ntwo\\n'); process.stderr.write('first\\nlast\\n'); process.exitCode = 5`)
  expect(await run.ended).toEqual({ end: { kind: 'exited', exitCode: 5, signal: null }, lastWords: 'last' })
  expect(run.lines).toEqual(['one', 'two'])
})

it('passes on what is written, and the end of it', async () => {
  const run = start(`process.stdin.pipe(process.stdout)`)
  run.child.write('héllo\n')
  run.child.closeInput()
  await run.ended
  expect(run.lines).toEqual(['héllo'])
})

it('says that a child broke that closes its output and lives on', async () => {
  const run = start(`import { closeSync } from 'node:fs'; closeSync(1); setInterval(() => {}, 1e6)`)
  expect(await run.broke).toBe('output_closed')
})

it('says that a child broke that does not read, however much it is sent', async () => {
  const run = start(`setInterval(() => {}, 1e6)`)
  for (let count = 0; count < 8; count += 1) run.child.write(`${'x'.repeat(100_000)}\n`)
  expect(await run.broke).toBe('input_stuck')
})

it('says that a child broke that does not read, however little each line is that it is sent', async () => {
  const run = start(`setInterval(() => {}, 1e6)`)
  for (let count = 0; count < 2_000; count += 1) run.child.write('{}\n')
  expect(await run.broke).toBe('input_stuck')
})

it('says that a child broke that says more unasked than it may, and hears no more of it', async () => {
  const run = start(`const lines = 'x\\n'.repeat(100_000); const go = () => process.stdout.write(lines, go); go()`, {
    bounds: boundsOf({ stdout: 10_000 }),
  })
  expect(await run.broke).toBe('stdout_flood')
  run.child.signal('SIGKILL')
  await run.ended
  // Five seconds' worth, and the line that was one too many; each counts 257 bytes.
  expect(run.lines.length).toBeGreaterThanOrEqual(195)
  expect(run.lines.length).toBeLessThan(400)
})

it('lets a child answer as much as it was asked for', async () => {
  const run = start(`process.stdout.write('answer\\n'.repeat(10_000))`, { bounds: boundsOf({ stdout: 1 }) })
  await run.ended
  expect(run.lines).toHaveLength(10_000)
})

it('says that a child broke that writes to its standard error without end', async () => {
  const run = start(`const text = 'x'.repeat(10_000); const go = () => process.stderr.write(text, go); go()`, {
    bounds: boundsOf({ stderr: 100_000 }),
  })
  expect(await run.broke).toBe('stderr_flood')
})

it('reads on what a child writes to its standard error while it is being ended', async () => {
  const run = start(`process.stdin.once('data', () => process.stderr.write('x'.repeat(3_000_000), () => console.log('written')))`, {
    bounds: boundsOf({ stderr: 1_000 }),
  })
  run.child.write('go\n')
  expect(await run.broke).toBe('stderr_flood')
  expect(await run.firstLine).toBe('written')
})

it('says that a child broke that takes more memory than it may', async () => {
  const run = start(`globalThis.kept = Buffer.alloc(200_000_000, 1); setInterval(() => {}, 1e6)`, {
    bounds: boundsOf({ memory: 150_000_000 }),
  })
  expect(await run.broke).toBe('memory_exceeded')
  expect(run.child.memoryBytes()).toBeGreaterThan(150_000_000)
})

it('counts the memory of what a child started as its own', async () => {
  const run = start(
    `import { spawn } from 'node:child_process'
    spawn(process.execPath, ['-e', 'globalThis.kept = Buffer.alloc(200_000_000, 1); setInterval(() => {}, 1e6)'])`,
    { bounds: boundsOf({ memory: 210_000_000 }) },
  )
  expect(await run.broke).toBe('memory_exceeded')
})

it('does not wait for a process that left the group and holds the output open', async () => {
  const run = start(`
    import { spawn } from 'node:child_process'
    const stray = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { detached: true, stdio: 'inherit' })
    process.stdout.write(stray.pid + '\\n', () => process.exit(0))`)
  const { end } = await run.ended
  signalGroup(Number(run.lines[0]), 'SIGKILL')
  expect(end).toEqual({ kind: 'exited', exitCode: 0, signal: null })
})

it('takes a program whose interpreter is missing for one that is not found', async () => {
  const run = start('', { interpreter: '/nowhere/node' })
  expect(await run.ended).toMatchObject({ end: { kind: 'not_started', cause: { reason: 'not_found' } } })
  expect(run.notStarted).toBe(1)
})

describe('a program that nonblock is to become', () => {
  it.each([
    { what: 'without a word', source: 'process.exitCode = 141' },
    {
      what: 'with its very words, after it said something,',
      source: `console.log('{}'); process.stderr.write('nonblock failed\\n'); process.exitCode = 141`,
    },
    { what: 'with last words of its own', source: `process.stderr.write('not nonblock failed\\n'); process.exitCode = 141` },
  ])('was started though it ends $what by a code such as that of nonblock', async ({ source }) => {
    const run = start(source, { nonblock })
    expect(await run.ended).toMatchObject({ end: { kind: 'exited', exitCode: 141 } })
    expect([run.notStarted, run.nonblockUnusable]).toEqual([0, 0])
  })

  it('was not started where the system does not run it, which is no fault of nonblock', async () => {
    const run = start('', { nonblock, interpreter: '/nowhere/node' })
    expect(await run.ended).toMatchObject({ end: { kind: 'not_started', cause: { reason: 'not_found' } } })
    expect([run.notStarted, run.nonblockUnusable]).toEqual([1, 0])
  })

  it('was not started where the system does not run nonblock, and that is told', async () => {
    const run = start('', { nonblock: folder })
    expect(await run.ended).toMatchObject({ end: { kind: 'not_started', cause: { reason: 'not_executable' } } })
    expect([run.notStarted, run.nonblockUnusable]).toEqual([1, 1])
  })
})

it('takes a user whom the system refuses for a failed start, and lets go of the user', async () => {
  // No process can have this uid: Node throws where it is asked for.
  const run = start('', { user: { ids: { uid: -1, gid: -1 } } })
  expect(await run.ended).toMatchObject({ end: { kind: 'not_started', cause: { reason: 'refused', code: 'EINVAL' } } })
  expect([run.notStarted, run.released]).toEqual([1, 1])
})

it('ends a process that does not run as whom it was started', async () => {
  const run = start('setInterval(() => {}, 1e6)', { user: { isUserOf: () => false } })
  expect(await run.ended).toMatchObject({ end: { kind: 'not_started', cause: { reason: 'refused', code: 'WRONG_USER' } } })
  expect([run.notStarted, run.released]).toEqual([1, 1])
})

it('lets go of the user as soon as the process is gone, before what still holds its output open', async () => {
  const run = start(`
    import { spawn } from 'node:child_process'
    const stray = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { detached: true, stdio: 'inherit' })
    process.stdout.write(stray.pid + '\\n', () => process.exit(0))`)
  await run.userReleased
  expect(run.hasEnded).toBe(false)
  signalGroup(Number(run.lines[0]), 'SIGKILL')
  await run.ended
  expect(run.released).toBe(1)
})

/** Bounds in bytes, and per second; memory is measured all the time. */
function boundsOf({
  memory = Number.MAX_SAFE_INTEGER,
  stdout = Number.MAX_SAFE_INTEGER,
  stderr = Number.MAX_SAFE_INTEGER,
}: {
  memory?: number
  stdout?: number
  stderr?: number
}): ChildBounds {
  return createChildBounds({
    memoryBytes: memory,
    stdoutBytesPerSecond: stdout,
    stderrBytesPerSecond: stderr,
    clock: Date.now,
    schedule: scheduleSoon,
    log: silentLog,
  })
}

function scheduleSoon(_: number, task: () => void): () => void {
  const timer = setTimeout(task, 20)
  return () => clearTimeout(timer)
}

let programs = 0

function start(
  source: string,
  {
    interpreter = process.execPath,
    user = {},
    bounds = unbounded,
    nonblock,
  }: { readonly interpreter?: string; readonly user?: Partial<ChildUser>; readonly bounds?: ChildBounds; readonly nonblock?: string } = {},
) {
  programs += 1
  const path = join(folder, `program-${programs}.mjs`)
  writeFileSync(path, `#!${interpreter}\n${source}\n`, { mode: 0o755 })
  const lines: string[] = []
  const firstLine = Promise.withResolvers<string>()
  const broke = Promise.withResolvers<ChildFault>()
  const ended = Promise.withResolvers<{ end: unknown; lastWords: string }>()
  const userReleased = Promise.withResolvers<void>()
  const run = {
    lines,
    firstLine: firstLine.promise,
    broke: broke.promise,
    ended: ended.promise,
    hasEnded: false,
    userReleased: userReleased.promise,
    notStarted: 0,
    nonblockUnusable: 0,
    released: 0,
    child: startIt(),
  }
  onTestFinished(async () => {
    run.child.signal('SIGKILL')
    await run.ended
  })
  return run

  function startIt() {
    return startProcess({
      path,
      nonblock,
      bounds,
      command: { arguments: [], environment: {}, maxLineBytes: 100_001 },
      user: {
        ...runnersOwnUser.take(),
        ...user,
        release() {
          run.released += 1
          userReleased.resolve()
        },
      },
      listener: {
        line(text) {
          lines.push(text)
          firstLine.resolve(text)
          return text.startsWith('answer')
        },
        broke: broke.resolve,
        ended(end, lastWords) {
          run.hasEnded = true
          ended.resolve({ end, lastWords })
        },
      },
      onNotStarted: () => {
        run.notStarted += 1
      },
      onNonblockUnusable: () => {
        run.nonblockUnusable += 1
      },
    })
  }
}
