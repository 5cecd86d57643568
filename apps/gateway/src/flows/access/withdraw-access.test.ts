import { hash, randomBytes } from 'node:crypto'
import { silentLog } from '@fjmcp-broker/shared/log'
import { createMockRunner } from '@fjmcp-broker/testkit/mock-runner'
import { expect, test } from 'vitest'
import { createSecrets } from '../../domain/oauth/secrets.ts'
import { createAccessMemory } from '../../memory/access-memory.ts'
import { openMemoryStore } from '../../store/memory-store.ts'
import type { Session } from '../../store/session-store.ts'
import { createWithdrawAccess } from './withdraw-access.ts'

test('a request that was on its way does not bring an ended session back to the runner', async () => {
  const { memory, runner, withdrawAccess } = await prepare()
  const described = memory.descriptions.ensure(session, 'read')
  await withdrawAccess({ covers: () => true, sessionIds: [session.id] })
  expect(memory.descriptions.ensure(session, 'read', described.ok ? described.value : undefined).ok).toBe(false)
  expect(await runner.status()).toMatchObject({ sessions: 0 })
})

test('keeps no tokens at Forgejo of an ended user that the store has not taken yet', async () => {
  const { memory, withdrawAccess } = await prepare()
  const tokens = { accessToken: 'access', refreshToken: 'refresh', accessExpiresAtMs: 1 }
  for (const userId of ['usr_1', 'usr_2']) memory.unsavedTokens.set(userId, { generation: 1, tokens })
  await withdrawAccess({ covers: () => true, sessionIds: [], credential: { userId: 'usr_1', generation: 1 } })
  expect([...memory.unsavedTokens.keys()]).toEqual(['usr_2'])
})

async function prepare() {
  const settings = { sessionLimits: { perUser: 9, inAll: 9 } }
  const runner = createMockRunner()
  const log = silentLog
  const secrets = createSecrets({ randomBytes, sha256: (text) => hash('sha256', text, 'buffer') })
  const memory = createAccessMemory({ settings, store: await openMemoryStore(() => 1), runner, secrets, clock: () => 1, log })
  const withdrawAccess = createWithdrawAccess({ ...memory, runner, log, waitUntil() {}, stopping: new AbortController().signal })
  return { memory, runner, withdrawAccess }
}

const session: Session = {
  id: 'ses_1',
  hash: 'hash',
  grantId: 'gra_1',
  userId: 'usr_1',
  clientId: 'cli_1',
  protocolVersion: '2025-11-25',
  logLevel: null,
  createdAtMs: 1,
}
