import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brokerVersion } from '@fjmcp-broker/shared/version'
import { silentLog } from '@fjmcp-broker/shared/log'
import { createChildProgram as writeChildProgram } from '@fjmcp-broker/testkit/children/child-program'
import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { createChildProgram } from '../src/process/child-program.ts'
import { createLiveRecord } from '../src/process/live-record.ts'
import { callTool } from './fixtures/call-tool.ts'
import { createManualTime } from './fixtures/manual-time.ts'
import { isAlive } from '@fjmcp-broker/testkit/processes'
import { createRealProgram, createTestFolder, endAfterTest, untilGone } from './fixtures/processes.ts'
import { createTestRunner } from './fixtures/test-runner.ts'

const processDescription = z.object({
  pid: z.number(),
  grandchildPid: z.number().optional(),
  arguments: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
  folder: z.string(),
})

describe('a child', () => {
  it('gets four variables and nothing of the environment or the folder of the runner', async () => {
    const test = await createWithChild('misbehaving')
    const child = await describeProcess(test)
    expect(child.environment).toEqual({
      // The injector’s address, as restored in all that a child says.
      FORGEJO_URL: 'https://forgejo.example',
      FORGEJO_ACCESS_TOKEN: 'fjb_ch_0',
      FORGEJO_USER_AGENT: `forgejo-mcp-broker/${brokerVersion}`,
      GOMAXPROCS: '1',
    })
    expect(child.arguments.slice(2)).toEqual(['--transport', 'stdio', '--url', 'https://forgejo.example'])
    expect(child.folder).toBe('/')
  })

  it('is reported while it lives, with what tells it from a later process of its number', async () => {
    const test = await createWithChild('misbehaving')
    const { pid } = await describeProcess(test)
    await test.runner.close()
    expect(test.groups.started.filter((leader) => leader.pid === pid)).toEqual([{ pid, startTime: expect.stringMatching(/^[\w-]+:\d+$/) }])
    expect(test.groups.ended.filter((ended) => ended === pid)).toHaveLength(1)
  })

  it('that is killed in the middle of a call has it answered, and the next call gets another', async () => {
    const test = await createWithChild('misbehaving')
    const { pid } = await describeProcess(test)
    const answer = callTool(test, 's:1', { name: 'never_answer' })
    process.kill(pid, 'SIGKILL')
    expect(await answer).toMatch(/^error: forgejo-mcp ended while it worked on this call \(signal SIGKILL\).*Try again/)
    expect((await describeProcess(test)).pid).not.toBe(pid)
  })

  it.each([
    { what: 'ends in the middle of a call', name: 'exit_now', input: { code: 3 }, answer: 'exit code 3' },
    { what: 'ends in the middle of its answer', name: 'exit_mid_message', input: {}, answer: 'exit code 0' },
    { what: 'writes too long a line', name: 'write_endless_line', input: { bytes: 2_000_000 }, answer: 'Ask for less' },
    { what: 'answers too much', name: 'answer_hugely', input: { bytes: 2_000_000 }, answer: 'Ask for less' },
  ])('that $what has it answered with a reason', async ({ name, input, answer }) => {
    const test = await createWithChild('misbehaving')
    expect(await callTool(test, 's:1', { name, arguments: input })).toContain(answer)
    expect(await callTool(test, 's:1', { name: 'echo', arguments: { text: 'again' } })).toBe('again')
  })

  it.each([
    { what: 'floods its standard error', name: 'flood_stderr', input: { bytes: 10_000_000 }, answer: 'flooded' },
    { what: 'writes garbage between', name: 'write_garbage', input: {}, answer: 'garbage before' },
    { what: 'answers what nobody asked', name: 'answer_unknown_id', input: {}, answer: 'answered' },
    { what: 'answers twice', name: 'answer_twice', input: {}, answer: 'first' },
    { what: 'asks its client for something', name: 'ask_the_client', input: {}, answer: 'asked' },
    { what: 'answers at length', name: 'answer_hugely', input: { bytes: 500_000 }, answer: 'x'.repeat(500_000) },
  ])('that $what goes on', async ({ name, input, answer }) => {
    const test = await createWithChild('misbehaving')
    expect(await callTool(test, 's:1', { name, arguments: input })).toBe(answer)
    expect(await callTool(test, 's:1', { name: 'echo', arguments: { text: 'still here' } })).toBe('still here')
    expect(test.registrations).toHaveLength(1)
  })

  it('hears of a cancelled call', async () => {
    const test = await createWithChild('misbehaving')
    const reading = test.read('s:1', await test.call('s:1', { id: 'x', params: { name: 'never_answer' } }))
    await callTool(test, 's:1', { name: 'echo', arguments: { text: 'in order' } })
    await test.runner.cancel('s:1', 'x')
    expect(await reading).toEqual([])
    expect(await callTool(test, 's:1', { name: 'count_cancellations' })).toBe(1)
  })

  it('that begins with noise is understood all the same', async () => {
    const test = await createWithChild('noisy')
    expect(await callTool(test, 's:1', { name: 'echo', arguments: { text: 'heard' } })).toBe('heard')
  })
})

describe('a child that does not come up', () => {
  it('crashing: the client is told so, the operator also what it said last', async () => {
    const test = createTestRunner({ program: await createRealProgram('crashing') })
    expect(await test.runner.catalogue()).toEqual({
      ok: false,
      error: { reason: 'child_unavailable', detail: 'forgejo-mcp ended before it was ready (exit code 1).' },
    })
    expect(test.logged.find(({ event }) => event === 'child_ended')?.fields['lastWords']).toBe('FATAL this child crashes at its start')
  })

  it('silent: it is given up after a while, and its process is gone', async () => {
    const time = createManualTime()
    const test = createTestRunner({ program: await createRealProgram('silent'), time })
    const answer = test.runner.catalogue()
    time.advance(11_000)
    expect(await answer).toMatchObject({ ok: false, error: { detail: expect.stringContaining('within 10 seconds') } })
    await test.runner.close()
    expect(new Set(test.groups.ended)).toEqual(new Set(test.groups.started.map(({ pid }) => pid)))
  })

  it.each([
    ['missing', 0o755, 'not found'],
    ['present', 0o644, 'may not be executed'],
  ])('%s with mode %o: the reason is told without the path', async (name, mode, reason) => {
    const folder = await createTestFolder()
    await writeFile(join(folder, 'present'), '', { mode })
    const test = createTestRunner({ program: createChildProgram({ program: join(folder, name), searchPath: '' }) })
    const answer = await test.runner.catalogue()
    expect(answer).toMatchObject({ ok: false, error: { detail: expect.stringContaining(reason) } })
    expect(JSON.stringify([answer, await test.runner.status(), test.logged])).not.toContain(folder)
  })

  it('is found once it is installed', async () => {
    const folder = await createTestFolder()
    const program = createChildProgram({ program: 'late', searchPath: folder })
    const time = createManualTime()
    const test = createTestRunner({ program, time })
    expect(await test.runner.catalogue()).toMatchObject({ ok: false })
    await writeFile(join(folder, 'late'), await readFile(await writeChildProgram({ kind: 'misbehaving', folder })), { mode: 0o755 })
    onTestFinished(() => test.runner.close())
    time.advance(1_000)
    expect(await test.runner.catalogue()).toMatchObject({ ok: true })
  })
})

describe('the end', () => {
  it('comes for a child that ignores the end of its input and SIGTERM, and for its grandchild', async () => {
    const time = createManualTime()
    const test = createTestRunner({ program: await createRealProgram('stubborn'), time })
    await test.makeKnown('s:1')
    const { pid, grandchildPid = 0 } = await describeProcess(test)
    endAfterTest(pid)
    expect([pid, grandchildPid].map(isAlive)).toEqual([true, true])
    const closed = test.runner.close()
    time.advance(2_000)
    expect(isAlive(pid)).toBe(true)
    time.advance(2_000)
    await closed
    await untilGone(grandchildPid)
    expect(isAlive(pid)).toBe(false)
  })

  it('comes for the grandchild also when the child ends by itself', async () => {
    const test = await createWithChild('stubborn')
    const { pid, grandchildPid = 0 } = await describeProcess(test)
    endAfterTest(pid)
    expect(await callTool(test, 's:1', { name: 'exit_now', arguments: { code: 0 } })).toContain('exit code 0')
    await untilGone(grandchildPid)
  })

  it('comes at the next start for what a killed runner left behind', async () => {
    const folder = await createTestFolder()
    const path = join(folder, 'children.json')
    const program = await writeChildProgram({ kind: 'stubborn', folder })
    const runner = spawn(process.execPath, [fileURLToPath(new URL('./fixtures/doomed-runner.ts', import.meta.url)), program, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(runner.stdout, 'data')) as [Buffer]
    const { pid, grandchildPid = 0 } = processDescription.parse(JSON.parse(line.toString()))
    endAfterTest(pid)
    runner.kill('SIGKILL')
    await once(runner, 'exit')
    expect([pid, grandchildPid].map(isAlive)).toEqual([true, true])
    createTestRunner({ program: await createRealProgram('misbehaving'), record: createLiveRecord({ path, log: silentLog }) })
    await untilGone(pid)
    await untilGone(grandchildPid)
  })
})

it('never gives one session the answer of another, with many calls of two children interleaved', async () => {
  const test = await createWithChild('misbehaving')
  await test.makeKnown('s:2')
  const texts = Array.from({ length: 200 }, (_, index) => ({ key: index % 2 === 0 ? 's:1' : 's:2', text: `${index}` }) as const)
  const answers = await Promise.all(
    texts.map(({ key, text }) => callTool(test, key, { name: 'echo', arguments: { text: `${key} ${text}` } })),
  )
  expect(answers).toEqual(texts.map(({ key, text }) => `${key} ${text}`))
})

/** A runner of real processes with the session `s:1`; its processes are gone when the test is over. */
async function createWithChild(kind: Parameters<typeof createRealProgram>[0]) {
  const test = createTestRunner({ program: await createRealProgram(kind), settings: { callsPerSession: 100, queueLength: 400 } })
  onTestFinished(() => test.runner.close())
  const described = await test.makeKnown('s:1')
  if (!described.ok) throw new Error(described.error.detail)
  return test
}

async function describeProcess(test: Parameters<typeof callTool>[0]) {
  return processDescription.parse(await callTool(test, 's:1', { name: 'describe_process' }))
}
