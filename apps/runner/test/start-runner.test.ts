import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Log, silentLog } from '@fjmcp-broker/shared/log'
import { expect, onTestFinished, test } from 'vitest'
import { parseRunnerSettings } from '../src/config.ts'
import { startRunner } from '../src/start-runner.ts'
import { createTestFolder } from './fixtures/processes.ts'

const unhurried = new AbortController().signal

test('listens without waiting for a program that says nothing to --version, and leaves nothing when it stops', async () => {
  const folder = await createTestFolder()
  const { started, logged } = await startWithSilentProgram(folder)
  if (!started.ok) throw new Error(started.error.message)
  expect(logged).toEqual(['runner_started'])
  await started.value.stop(unhurried)
  expect(logged).toEqual(['runner_started', 'stopping', 'child_program_found', 'stopped'])
  expect(existsSync(join(folder, 'run', 'runner.sock'))).toBe(false)
})

test('ends what it had started when it cannot listen, and says which setting is at fault', async () => {
  const folder = await createTestFolder()
  const socket = join(folder, 'run', 'runner.sock')
  await mkdir(socket, { recursive: true })
  const { started, logged } = await startWithSilentProgram(folder)
  expect(started).toEqual({
    ok: false,
    error: { message: `FJMCP_BROKER_RUNNER_SOCKET: ${socket} exists and is not a socket`, exitCode: 1 },
  })
  // The look at the program is over, which goes on for as long as it lives.
  expect(logged).toEqual(['child_program_found'])
})

/** Starts a runner whose child program never ends by itself, on `run/runner.sock` in the folder. */
async function startWithSilentProgram(folder: string) {
  const logged: string[] = []
  const keep: Log['info'] = (event) => logged.push(event)
  const program = join(folder, 'silent')
  await writeFile(program, '#!/bin/sh\nexec sleep 1000\n', { mode: 0o755 })
  const started = await start({ folder, program, log: { ...silentLog, info: keep, error: keep } })
  return { started, logged }
}

async function start({ folder, program, log }: { readonly folder: string; readonly program: string; readonly log: Log }) {
  const gatewayMain = join(folder, 'gateway.mjs')
  await writeFile(gatewayMain, 'process.stdin.resume()')
  const settings = parseRunnerSettings({
    FORGEJO_URL: 'http://127.0.0.1:1',
    FJMCP_BROKER_LISTEN: '127.0.0.1:0',
    FJMCP_BROKER_RUNNER_SOCKET: join(folder, 'run', 'runner.sock'),
    FJMCP_BROKER_FORGEJO_MCP: program,
  })
  if (!settings.ok) throw new Error(settings.error.map(({ name, expected }) => `${name}: ${expected}`).join('\n'))
  const started = await startRunner({
    settings: settings.value,
    environment: {},
    gatewayCommand: [process.execPath, gatewayMain],
    clock: Date.now,
    log,
  })
  onTestFinished(async () => {
    if (started.ok) await started.value.stop(unhurried)
  })
  return started
}
