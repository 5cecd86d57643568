import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { createChildProgram } from './child-program.ts'
import type { MisbehavingKind } from './misbehaving.ts'
import { startChild, type StartedChild } from './start-child.ts'

let folder: string
let child: StartedChild

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'children-'))
})

afterEach(async () => {
  child.kill('SIGKILL')
  await child.exited
  await rm(folder, { recursive: true })
})

async function start(kind: MisbehavingKind): Promise<void> {
  child = await startChild({ program: await createChildProgram({ kind, folder }), environment: { MARK: 'given' } })
}

function text(value: unknown): object {
  return { content: [{ type: 'text', text: JSON.stringify({ Result: value }) }] }
}

describe('from its start', () => {
  test('crashing ends at once with a reason', async () => {
    await start('crashing')
    expect(await child.exited).toEqual({ code: 1, signal: null })
    expect(child.stderr()).toContain('FATAL')
  })

  test('silent answers nothing and ends with its input', async () => {
    await start('silent')
    child.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} })
    child.endInput()
    expect(await child.nextLine()).toBeUndefined()
    expect(await child.exited).toEqual({ code: 0, signal: null })
  })

  test('noisy writes what is no protocol, then serves', async () => {
    await start('noisy')
    child.send({ jsonrpc: '2.0', id: 1, method: 'ping' })
    const lines = [await child.nextLine()]
    while (!lines.at(-1)?.includes('"jsonrpc"')) lines.push(await child.nextLine())
    expect(lines).toEqual(['Welcome!', '', '{"event": "started"}', '[]', 'null', '{"jsonrpc":"2.0","id":1,"result":{}}'])
  })

  test('stubborn outlives its input and SIGTERM, and so does its grandchild', async () => {
    await start('stubborn')
    child.call(1, 'describe_process')
    const { result } = (await child.nextMessage()) as { readonly result: { readonly content: readonly { readonly text: string }[] } }
    const { grandchildPid } = JSON.parse(result.content[0]?.text ?? '').Result as { readonly grandchildPid: number }
    onTestFinished(() => void process.kill(grandchildPid, 'SIGKILL'))
    process.kill(grandchildPid, 'SIGTERM')
    child.kill('SIGTERM')
    child.call(2, 'echo', { text: 'still here' })
    expect(await child.nextMessage()).toMatchObject({ id: 2, result: text('still here') })
    child.kill('SIGKILL')
    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' })
    expect(process.kill(grandchildPid, 0)).toBe(true)
  })
})

describe('by the tool that is called', () => {
  beforeEach(async () => {
    await start('misbehaving')
  })

  test('shows all that it was given', async () => {
    child.call(1, 'describe_process')
    expect(await child.nextLine()).toContain(String.raw`\"environment\":{\"MARK\":\"given\"}`)
  })

  test('holds an answer until it is released', async () => {
    child.call(1, 'hold_answer', { name: 'a' })
    child.call(2, 'release_answer', { name: 'b' })
    expect(await child.nextMessage()).toMatchObject({ id: 2, result: text(false) })
    child.call(3, 'release_answer', { name: 'a' })
    const released = [await child.nextMessage(), await child.nextMessage()]
    expect(released).toContainEqual({ jsonrpc: '2.0', id: 1, result: text('released a') })
    expect(released).toContainEqual({ jsonrpc: '2.0', id: 3, result: text(true) })
  })

  test('never answers, and counts that it was cancelled', async () => {
    child.call(1, 'never_answer')
    child.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } })
    child.call(2, 'count_cancellations')
    expect(await child.nextMessage()).toMatchObject({ id: 2, result: text(1) })
  })

  test('fails in the ordinary way', async () => {
    child.call(1, 'fail_call')
    expect(await child.nextMessage()).toEqual({ jsonrpc: '2.0', id: 1, error: { code: -32603, message: 'this call failed' } })
  })

  test('reports progress under the token that it was given', async () => {
    child.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'report_progress', _meta: { progressToken: 'p' } } })
    expect(await child.nextMessage()).toMatchObject({ method: 'notifications/message' })
    expect(await child.nextMessage()).toMatchObject({ params: { progressToken: 'p', progress: 1 } })
    expect(await child.nextMessage()).toMatchObject({ params: { progressToken: 'p', progress: 2 } })
    expect(await child.nextMessage()).toMatchObject({ id: 1, result: text('arrived') })
  })

  test('writes garbage, then an answer in two pieces', async () => {
    child.call(1, 'write_garbage')
    const lines = [await child.nextLine()]
    while (!lines.at(-1)?.includes('garbage before')) lines.push(await child.nextLine())
    expect(lines.slice(0, -1)).toContain('panic: runtime error')
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ id: 1, result: text('garbage before') })
  })

  test('answers as hugely as it is asked', async () => {
    child.call(1, 'answer_hugely', { bytes: 3_000_000 })
    expect((await child.nextLine())?.length).toBeGreaterThan(3_000_000)
  })

  test('writes a line that does not end', async () => {
    child.call(1, 'write_endless_line', { bytes: 100_000 })
    child.endInput()
    expect(await child.nextLine()).toBe('x'.repeat(100_000))
  })

  test('floods stderr before it answers', async () => {
    child.call(1, 'flood_stderr', { bytes: 1_000_000 })
    expect(await child.nextMessage()).toMatchObject({ id: 1 })
    child.endInput()
    await child.exited
    expect(child.stderr().length).toBeGreaterThan(1_000_000)
  })

  test('floods stdout before it answers', async () => {
    child.call(1, 'flood_stdout', { messages: 2 })
    for (let count = 0; count < 2; count += 1) expect(await child.nextMessage()).toMatchObject({ method: 'notifications/message' })
    expect(await child.nextMessage()).toMatchObject({ id: 1 })
  })

  test('exits in the middle of a call', async () => {
    child.call(1, 'exit_now', { code: 3 })
    expect(await child.exited).toEqual({ code: 3, signal: null })
    expect(await child.nextLine()).toBeUndefined()
  })

  test('exits in the middle of its answer', async () => {
    child.call(1, 'exit_mid_message')
    const line = await child.nextLine()
    expect(line).toContain('never whole')
    expect(() => JSON.parse(line ?? '') as unknown).toThrow(SyntaxError)
    expect(await child.nextLine()).toBeUndefined()
  })

  test('answers with a null id', async () => {
    child.call(1, 'answer_without_id')
    expect(await child.nextMessage()).toMatchObject({ id: null, error: { code: -32603 } })
  })

  test('answers what nobody asked', async () => {
    child.call(1, 'answer_unknown_id')
    expect(await child.nextMessage()).toMatchObject({ id: 999_999_999 })
    expect(await child.nextMessage()).toMatchObject({ id: 'nobody' })
    expect(await child.nextMessage()).toMatchObject({ id: 1, result: text('answered') })
  })

  test('answers twice', async () => {
    child.call(1, 'answer_twice')
    expect(await child.nextMessage()).toMatchObject({ id: 1, result: text('first') })
    expect(await child.nextMessage()).toMatchObject({ id: 1, result: text('second') })
  })

  test('asks the client something', async () => {
    child.call(1, 'ask_the_client')
    expect(await child.nextMessage()).toMatchObject({ id: 'roots', method: 'roots/list' })
    expect(await child.nextMessage()).toMatchObject({ id: 0, method: 'sampling/createMessage' })
    child.send({ jsonrpc: '2.0', id: 'roots', error: { code: -32601, message: 'no' } })
    expect(await child.nextMessage()).toMatchObject({ id: 1, result: text('asked') })
  })
})
