import { RunnerUnavailable, type SessionActivity } from '@fjmcp-broker/shared/runner/runner'
import { expect, test } from 'vitest'
import type { ListedSession } from '../../store/session-listing.ts'
import { reportSession, reportSessions } from './report-sessions.ts'

const row: ListedSession = {
  id: 'ses_1',
  userId: 'usr_1',
  userLogin: 'alice',
  clientId: 'cli_1',
  clientName: 'An editor',
  grantId: 'gra_1',
  protocolVersion: '2025-11-25',
  logLevel: null,
  createdAtMs: 10,
  lastUsedAtMs: 20,
}

function reporting({ lastUse, activities }: { lastUse?: number; activities?: readonly SessionActivity[] }) {
  return {
    store: { sessionListing: { list: async () => ({ rows: [row], next: undefined }), find: async () => row } },
    sessions: { lastUseOf: () => lastUse },
    runner: {
      async sessions() {
        if (activities === undefined) throw new RunnerUnavailable('no connection')
        return activities
      },
    },
  }
}

test.each([
  ['that is not written yet', 30, 30],
  ['that is written', undefined, 20],
  ['before the one that is written', 15, 20],
])('tells the last use, %s', async (_, lastUse, lastUsedAtMs) => {
  const deps = reporting({ activities: [], ...(lastUse !== undefined && { lastUse }) })
  expect(await reportSession(deps, 'ses_1')).toMatchObject({ lastUsedAtMs })
  expect(await reportSessions(deps, {}, { limit: 1 })).toMatchObject({ sessions: [{ lastUsedAtMs }] })
})

test.each([
  ['what the runner has of it', [{ key: 's:ses_1', phase: 'ready', callsInFlight: 2 }], { phase: 'ready', callsInFlight: 2 }],
  ['that it has no child', [], { phase: 'none', callsInFlight: 0 }],
  ['nothing of it without the runner', undefined, null],
] as const)('tells of a session %s', async (_, activities, activity) => {
  expect(await reportSession(reporting({ ...(activities && { activities }) }), 'ses_1')).toMatchObject({ activity })
})
