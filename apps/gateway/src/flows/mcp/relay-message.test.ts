import { err, ok } from '@fjmcp-broker/shared/result'
import type { Runner } from '@fjmcp-broker/shared/runner/runner'
import { expect, test } from 'vitest'
import { createSessionDescriptions } from '../../memory/session-descriptions.ts'
import type { Session } from '../../store/session-store.ts'
import { relayMessage } from './relay-message.ts'

const session: Session = {
  id: 'ses_1',
  hash: 'hash',
  grantId: 'gra_1',
  userId: 'usr_1',
  clientId: 'cli_1',
  protocolVersion: '2025-11-25',
  logLevel: null,
  createdAtMs: 0,
}

function relay(runner: Pick<Runner, 'describe' | 'call'>, descriptions = createSessionDescriptions({ runner }, 9)) {
  return relayMessage(
    { runner, secrets: { create: () => 'stream' }, descriptions },
    {
      session,
      accessLevel: 'read',
      message: { jsonrpc: '2.0', id: 1, method: 'tools/call' },
      signal: new AbortController().signal,
      room: { take: () => undefined, untilTaken: async () => true, giveBack: () => undefined },
    },
  )
}

test('sends the first request right behind what the session is, without waiting for an answer', async () => {
  const told: string[] = []
  const relayed = await relay({
    describe() {
      told.push('described')
      return new Promise(() => {})
    },
    async call() {
      told.push('called')
      return ok(noEvents())
    },
  })
  expect([relayed.ok, told]).toEqual([true, ['described', 'called']])
})

test('sends nothing of a session that has ended', async () => {
  const told: string[] = []
  const runner: Pick<Runner, 'describe' | 'call'> = {
    async describe() {
      told.push('described')
      return ok(undefined)
    },
    async call() {
      told.push('called')
      return err({ reason: 'unknown_session' })
    },
  }
  const descriptions = createSessionDescriptions({ runner }, 9)
  descriptions.end(session)
  expect(await relay(runner, descriptions)).toEqual({ ok: false, error: { reason: 'session_ended' } })
  expect(told).toEqual([])
})

async function* noEvents(): AsyncGenerator<never, void> {}
