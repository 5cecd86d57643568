import { err, ok } from '@fjmcp-broker/shared/result'
import { brokerVersion } from '@fjmcp-broker/shared/version'
import { expect, test } from 'vitest'
import type { BrokerStatus, NoStatus } from '../../ask-status.ts'
import { wellStatus } from '../testing/well-status.ts'
import { handlingOf } from '../handling.ts'
import { checkBroker } from './check-broker.ts'

const well = wellStatus()

test('is well, and hands on what it said', async () => {
  const { findings, ground } = await look({})
  expect(findings).toMatchObject([{ state: 'ok', detail: expect.stringContaining(brokerVersion) }])
  expect(ground).toEqual(well)
})

test.each<{ changes: Partial<BrokerStatus>; state: string; detail: string }>([
  { changes: { healthy: false, storeAnswers: false }, state: 'problem', detail: 'the database does not answer' },
  { changes: { healthy: false, runner: undefined }, state: 'problem', detail: 'the runner does not answer' },
  { changes: { version: '0.0.1' }, state: 'warning', detail: `is version 0.0.1, and this command ${brokerVersion}` },
  { changes: { publicUrl: 'https://old.test' }, state: 'warning', detail: 'FJMCP_BROKER_PUBLIC_URL=https://old.test' },
  { changes: { forgejoUrl: 'https://old.test' }, state: 'warning', detail: 'FORGEJO_URL=https://old.test' },
])('says that $detail', async ({ changes, state, detail }) => {
  expect((await look({ status: { ...well, ...changes } })).findings).toMatchObject([{ state, detail: expect.stringContaining(detail) }])
})

test('compares no settings that are wrong here', async () => {
  const askStatus = async () => ok(well)
  const { findings } = await checkBroker({
    adminSocket: '/s',
    askStatus,
    publicUrl: undefined,
    forgejoUrl: undefined,
    isOwned: async () => true,
    handling: handlingOf({ isContainer: true }),
  })
  expect(findings).toMatchObject([{ state: 'ok' }])
})

test.each<{ kind: NoStatus['kind']; isOwned: boolean; state: string; detail: string }>([
  { kind: 'no_socket', isOwned: false, state: 'warning', detail: 'no broker runs' },
  { kind: 'nobody_listens', isOwned: false, state: 'warning', detail: 'no broker runs' },
  { kind: 'no_socket', isOwned: true, state: 'problem', detail: 'holds the database' },
  { kind: 'not_permitted', isOwned: true, state: 'problem', detail: 'may not be opened' },
  { kind: 'no_answer', isOwned: false, state: 'problem', detail: 'does not answer as the broker does' },
  { kind: 'no_answer', isOwned: true, state: 'problem', detail: 'a broker runs' },
])('says so when there is $kind and the database is held: $isOwned', async ({ kind, isOwned, state, detail }) => {
  const { findings, ground } = await look({ noStatus: { kind, code: 'CODE' }, isOwned })
  expect(findings).toMatchObject([{ state, detail: expect.stringContaining(detail) }])
  expect(ground).toBeUndefined()
})

test.each([true, false])('leads to the container that it may run in where there is no socket (database held: %s)', async (isOwned) => {
  const remedy = expect.stringMatching(/^If it runs in another container: podman exec fjmcp-broker fjmcp-broker doctor\. /)
  expect((await look({ noStatus: { kind: 'no_socket', code: 'ENOENT' }, isOwned })).findings).toMatchObject([{ remedy }])
  const { findings } = await look({ noStatus: { kind: 'nobody_listens', code: 'ECONNREFUSED' }, isOwned })
  expect(findings).toMatchObject([{ remedy: expect.not.stringContaining('another container') }])
})

test.each([
  [true, 'systemctl --user start fjmcp-broker', 'systemctl --user restart fjmcp-broker'],
  [false, 'npm start', 'Ctrl-C and npm start'],
])('says how it is started and restarted there (in the container: %s)', async (isContainer, start, restart) => {
  const stopped = await look({ noStatus: { kind: 'nobody_listens', code: 'ECONNREFUSED' }, isOwned: false, isContainer })
  expect(stopped.findings).toMatchObject([{ remedy: expect.stringContaining(`Start it: ${start}.`) }])
  const other = await look({ status: { ...well, version: '0.0.1' }, isContainer })
  expect(other.findings).toMatchObject([{ remedy: `Restart the broker: ${restart}.` }])
})

function look({
  status = well,
  noStatus,
  isOwned = true,
  isContainer = true,
}: {
  readonly status?: BrokerStatus
  readonly isContainer?: boolean
  readonly noStatus?: NoStatus
  readonly isOwned?: boolean
}) {
  return checkBroker({
    adminSocket: '/run/fjmcp-broker/admin.sock',
    askStatus: async () => (noStatus === undefined ? ok(status) : err(noStatus)),
    publicUrl: well.publicUrl,
    forgejoUrl: well.forgejoUrl,
    isOwned: async () => isOwned,
    handling: handlingOf({ isContainer }),
  })
}
