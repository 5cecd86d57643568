import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { status } from './status.ts'

const told = {
  version: '1.2.3',
  publicUrl: 'https://mcp.example.org',
  forgejoUrl: 'https://git.example.org',
  healthy: true,
  storeAnswers: true,
  forgejo: { state: 'reached' },
}

test.each([
  { healthy: true, code: 0 },
  { healthy: false, code: 1 },
])('ends a broker’s answer that it is healthy: $healthy with $code, in words and in JSON', async ({ healthy, code }) => {
  const path = await serve({ ...told, healthy })
  expect(await run(path)).toEqual({
    code,
    printed: expect.stringContaining('Forgejo     https://git.example.org (reached)'),
    complaints: '',
  })
  const inJson = await run(path, true)
  expect(inJson).toMatchObject({ code, complaints: '' })
  expect(JSON.parse(inJson.printed)).toEqual({ ok: healthy, ...told, healthy })
})

test('prints nothing of a child’s name and version that could move the terminal’s cursor', async () => {
  const child = { state: 'ok', name: 'forgejo-mcp\u001B[2J', version: '2.34.1\n\u009B1A\u202E' }
  const runner = { startedAtMs: 0, isolation: 'uid', child, sessions: 0, children: 0, callsInFlight: 0 }
  const path = await serve({ ...told, runner })
  expect((await run(path)).printed).toContain('  child       forgejo-mcp [2J 2.34.1 1A \n')
  expect((await run(path, true)).printed).toContain('"version":"2.34.1 1A "')
})

test('counts children apart from sessions: those that are ready have none', async () => {
  const runner = { startedAtMs: 0, isolation: 'uid', child: { state: 'unknown' }, sessions: 0, children: 2, callsInFlight: 0 }
  const { printed } = await run(await serve({ ...told, runner }))
  expect(printed).toMatch(/^ {2}child {7}not started yet$/m)
  expect(printed).toMatch(/^ {2}children {4}2, including those that no session has yet$/m)
  expect(printed).toMatch(/^ {2}sessions {4}0 known to the runner, 0 calls in flight$/m)
})

test('says that no broker answers, in words and in JSON', async () => {
  const path = join(createFolder(), 'admin.sock')
  expect(await run(path)).toEqual({ code: 1, printed: '', complaints: expect.stringContaining(`does not answer at ${path}`) })
  const inJson = await run(path, true)
  expect(inJson).toMatchObject({ code: 1, complaints: '' })
  expect(JSON.parse(inJson.printed)).toEqual({
    ok: false,
    error: { reason: 'no_socket', message: expect.stringContaining(`does not answer at ${path}`) },
  })
})

test('ends wrong settings with 78, and does not speak of a start', async () => {
  const path = `/${'long/'.repeat(40)}`
  expect(await run(path)).toEqual({
    code: 78,
    printed: '',
    complaints: expect.stringMatching(/^These settings are .+\n {2}FJMCP_BROKER_ADMIN_SOCKET: /),
  })
  const inJson = await run(path, true)
  expect(JSON.parse(inJson.printed)).toMatchObject({ ok: false, error: { reason: 'wrong_settings' } })
})

async function run(path: string, json = false) {
  const printed: string[] = []
  const complaints: string[] = []
  const code = await status({
    environment: { FJMCP_BROKER_ADMIN_SOCKET: path },
    json,
    print: (text) => void printed.push(text),
    complain: (text) => void complaints.push(text),
  })
  return { code, printed: printed.join('\n'), complaints: complaints.join('\n') }
}

/** Answers on a socket as a broker would; returns its path. */
async function serve(body: object): Promise<string> {
  const path = join(createFolder(), 'admin.sock')
  const server = createServer((_, response) => response.end(JSON.stringify(body))).listen(path)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return path
}

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fjmcp-status-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
