import type { ProgramIdentity } from '@fjmcp-broker/runner/program/identify-program'
import type { StartFailure } from '@fjmcp-broker/runner/supervision/event'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { expect, test } from 'vitest'
import type { BrokerStatus } from '../../ask-status.ts'
import { wellStatus } from '../testing/well-status.ts'
import { handlingOf } from '../handling.ts'
import { checkChildProgram } from './check-child-program.ts'

test.each([
  ['2.32.1', 'ok'],
  ['2.34.1', 'ok'],
  ['3.0.0-rc.1', 'ok'],
  ['dev', 'ok'],
  ['2.32.0', 'warning'],
  ['1.99.99', 'warning'],
])('forgejo-mcp %s is %s', async (version, state) => {
  expect(await look(ok({ name: 'forgejo-mcp', version }))).toMatchObject([{ state, detail: expect.stringContaining(version) }])
})

test('tells a version without what could move the cursor', async () => {
  const [finding] = await look(ok({ name: 'forgejo-mcp', version: '2.34.1\u001B[2J' }))
  expect(finding).toMatchObject({ detail: 'forgejo-mcp 2.34.1 [2J' })
})

test.each([
  { name: null, version: null },
  { name: 'gitea-mcp', version: '2.32.1' },
])('warns of a program that says it is $name', async (identity) => {
  expect(await look(ok(identity))).toMatchObject([
    { state: 'warning', detail: expect.stringContaining('does not say that it is forgejo-mcp') },
  ])
})

test.each<{ failure: StartFailure; detail: string; remedy: string }>([
  { failure: { reason: 'not_found' }, detail: 'was not found', remedy: 'FJMCP_BROKER_FORGEJO_MCP' },
  { failure: { reason: 'not_executable' }, detail: 'may not be executed', remedy: 'chmod 755' },
  { failure: { reason: 'refused', code: 'EAGAIN' }, detail: 'EAGAIN', remedy: '--pids-limit' },
])('says why it cannot be started: $failure.reason', async ({ failure, detail, remedy }) => {
  expect(await look(err(failure))).toMatchObject([
    { state: 'problem', detail: expect.stringContaining(detail), remedy: expect.stringContaining(remedy) },
  ])
})

test('says what the running broker met when it started it', async () => {
  const status = wellStatus({ child: { state: 'error', detail: 'forgejo-mcp ended before it was ready (exit code 1).' } })
  expect(await look(ok({ name: 'forgejo-mcp', version: '2.34.1' }), status)).toMatchObject([
    { state: 'problem', detail: expect.stringContaining('exit code 1'), remedy: expect.stringContaining('child_start_failed') },
  ])
})

async function look(identity: Result<ProgramIdentity, StartFailure>, status?: BrokerStatus) {
  const outcome = await checkChildProgram({
    program: 'forgejo-mcp',
    identify: async () => identity,
    status: Promise.resolve(status),
    handling: handlingOf({ isContainer: true }),
  })
  return outcome.findings
}
