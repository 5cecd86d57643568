import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { auditRoutes } from '@fjmcp-broker/gateway/admin/audit'
import { type AuditTrail, createAuditTrail } from '@fjmcp-broker/gateway/memory/audit-trail'
import { serveSocket } from '@fjmcp-broker/gateway/serve'
import { silentProbe } from '@fjmcp-broker/gateway/probe'
import { openMemoryStore } from '@fjmcp-broker/gateway/store/memory-store'
import { createNewId } from '@fjmcp-broker/shared/id'
import { silentLog } from '@fjmcp-broker/shared/log'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { AuditQuestion } from '../src/commands/audit/audit-question.ts'
import { followAudit } from '../src/commands/audit/follow-audit.ts'
import { listAudit } from '../src/commands/audit/list-audit.ts'

const nowMs = Date.UTC(2026, 4, 1, 8, 30)
const alice = { userId: 'usr_alice', userLogin: 'alice', clientId: 'cli_editor', clientName: 'Editor', grantId: 'gra_1' }
const registered = {
  type: 'client_registered',
  clientId: 'cli_editor',
  clientName: 'Editor',
  details: { redirectUris: ['a', 'b'] },
} as const
const refreshed = { ...alice, type: 'tokens_refreshed', details: { familyId: 'fam_1' } } as const

describe('audit', () => {
  test('lists the newest events in columns, oldest first', async () => {
    const broker = await startBroker()
    broker.record(registered, '192.0.2.7')
    broker.record(refreshed, '2001:db8::1')
    expect(await list(broker)).toEqual({
      code: 0,
      printed: [
        'time                  event              user   client  address      grant  details',
        '2026-05-01T08:30:00Z  client_registered  -      Editor  192.0.2.7    -      redirectUris=a,b',
        '2026-05-01T08:30:00Z  tokens_refreshed   alice  Editor  2001:db8::1  gra_1  familyId=fam_1',
      ],
      complaints: [],
    })
  })

  test('hands the filters on, and says where there are more', async () => {
    const broker = await startBroker()
    for (const type of ['tokens_issued', 'tokens_refreshed', 'user_ended'] as const) broker.record({ ...alice, type })
    broker.record({ ...alice, type: 'tokens_issued', userId: 'usr_bob', userLogin: 'bob', grantId: 'gra_2' })
    const find = async (question: Partial<AuditQuestion>) => {
      const { printed, complaints } = await list(broker, { question, json: true })
      const { events, more } = JSON.parse(printed.join('\n')) as { events: { type: string; userLogin: string }[]; more: boolean }
      return { found: events.map(({ type, userLogin }) => `${userLogin} ${type}`), more, complaints }
    }
    expect(await find({ user: 'alice', types: ['tokens_issued', 'user_ended'] })).toEqual({
      found: ['alice tokens_issued', 'alice user_ended'],
      more: false,
      complaints: [],
    })
    expect(await find({ grant: 'gra_2' })).toMatchObject({ found: ['bob tokens_issued'] })
    expect(await find({ client: 'other' })).toMatchObject({ found: [] })
    expect(await find({ sinceMs: nowMs, untilMs: nowMs })).toMatchObject({ found: [] })
    expect(await find({ limit: 1 })).toMatchObject({ found: ['bob tokens_issued'], more: true })
    const { complaints } = await list(broker, { question: { limit: 3 } })
    expect(complaints).toEqual([expect.stringContaining('the newest 3')])
  })

  test('prints nothing of a name that could move the terminal’s cursor', async () => {
    const broker = await startBroker()
    broker.record({ ...registered, clientName: 'Edi\u001B[2Jtor\u009B', details: { redirectUris: ['x\u202E\n'] } })
    const { printed } = await list(broker)
    expect(printed.join('')).toContain('Edi [2Jtor')
    expect(printed.join('')).toMatch(/^[\x20-\x7e]+$/)
    const inJson = await list(broker, { json: true })
    expect(inJson.printed.join('')).toMatch(/^[\x20-\x7e]+$/)
    expect(JSON.parse(inJson.printed.join(''))).toMatchObject({ ok: true, events: [{ clientName: 'Edi\u001B[2Jtor\u009B' }] })
  })

  test('says that no event fits, which is no failure', async () => {
    expect(await list(await startBroker())).toEqual({ code: 0, printed: [], complaints: ['No event fits.'] })
  })

  test('says what the broker does not take', async () => {
    const { code, complaints } = await list(await startBroker(), { question: { types: ['tokens_eaten'] } })
    expect({ code, complaints }).toEqual({ code: 1, complaints: [expect.stringMatching(/^The broker does not take this filter: type/)] })
  })
})

describe('audit --follow', () => {
  test('goes on with each event that fits, until it is ended', async () => {
    const broker = await startBroker()
    broker.record(refreshed)
    const following = follow(broker, { question: { user: 'alice' } })
    await following.printed(2)
    broker.record({ ...refreshed, userId: 'usr_bob', userLogin: 'bob' })
    broker.record({ ...alice, type: 'tokens_revoked' })
    const [header, first, second] = await following.printed(3)
    expect([header, first, second]).toEqual([
      expect.stringMatching(/^time +event +user/),
      expect.stringMatching(/Z {2}tokens_refreshed +alice/),
      expect.stringMatching(/Z {2}tokens_revoked +alice/),
    ])
    following.stop()
    expect(await following.code).toBe(0)
  })

  test('prints one JSON object a line', async () => {
    const broker = await startBroker()
    const following = follow(broker, { json: true })
    broker.record(refreshed)
    const [line = ''] = await following.printed(1)
    expect(JSON.parse(line)).toMatchObject({ type: 'tokens_refreshed', userLogin: 'alice', details: { familyId: 'fam_1' } })
    following.stop()
    expect(await following.code).toBe(0)
  })

  test.each([
    { how: 'stops in good order', end: (broker: Broker) => broker.stop() },
    { how: 'is killed', end: (broker: Broker) => broker.kill() },
  ])('waits for a broker that $how, and misses nothing that happens meanwhile', async ({ end }) => {
    const broker = await startBroker()
    broker.record({ ...alice, type: 'tokens_issued' })
    const following = follow(broker, { json: true })
    await following.printed(1)
    await end(broker)
    await following.complained(1)
    broker.record(refreshed)
    await broker.start()
    const types = (await following.printed(2)).map((line) => (JSON.parse(line) as { type: string }).type)
    expect(types).toEqual(['tokens_issued', 'tokens_refreshed'])
    expect(await following.complained(2)).toEqual([expect.stringContaining('ended the connection'), 'The broker is back.'])
    following.stop()
    expect(await following.code).toBe(0)
  })

  test('waits also where nothing had fitted yet', async () => {
    const broker = await startBroker()
    const following = follow(broker)
    await following.printed(1)
    await broker.kill()
    await following.complained(1)
    await broker.start()
    broker.record(refreshed)
    expect(await following.printed(2)).toHaveLength(2)
    following.stop()
    expect(await following.code).toBe(0)
  })

  test('ends with 1 where no broker runs, instead of waiting', async () => {
    const broker = await startBroker()
    await broker.stop()
    const following = follow(broker)
    expect(await following.code).toBe(1)
    expect(await following.complained(1)).toEqual([expect.stringContaining('does not answer')])
  })

  test('ends when a restored database does not know the last event', async () => {
    const broker = await startBroker()
    broker.record(refreshed)
    const following = follow(broker, { json: true })
    await following.printed(1)
    await broker.stop()
    await broker.start(await openStoreForTest())
    expect(await following.code).toBe(1)
  })

  test('ends when nobody reads any more', async () => {
    const broker = await startBroker()
    const following = follow(broker, { isRead: () => false })
    broker.record(refreshed)
    expect(await following.code).toBe(0)
  })
})

type TestStore = Awaited<ReturnType<typeof openMemoryStore>>

interface Broker {
  readonly socketPath: string
  readonly record: AuditTrail['record']
  start(store?: TestStore): Promise<void>
  stop(): Promise<void>
  kill(): Promise<void>
}

async function openStoreForTest(): Promise<TestStore> {
  const store = await openMemoryStore(() => nowMs)
  onTestFinished(() => store.close())
  return store
}

/** The part of a broker that answers for the audit log, on a socket; the events stay when it ends. */
async function startBroker(): Promise<Broker> {
  const folder = mkdtempSync(join(tmpdir(), 'fjmcp-audit-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const socketPath = join(folder, 'admin.sock')
  const store = await openStoreForTest()
  const newId = createNewId(() => nowMs)
  const trail = createAuditTrail({
    store,
    log: silentLog,
    probe: silentProbe,
    clock: () => nowMs,
    newId,
    waitUntil: () => {},
    stopping: new AbortController().signal,
  })
  let end: (how: 'close' | 'kill') => Promise<void> = async () => {}
  const broker: Broker = {
    socketPath,
    record: trail.record,
    async start(served = store) {
      const stopping = new AbortController()
      const routes = auditRoutes({ store: served, auditTrail: trail, log: silentLog, stopping: stopping.signal })
      const server = await serveSocket((request) => routes.fetch(request), socketPath)
      if (!server.ok) throw new Error(server.error.detail)
      end = async (how) => {
        if (how === 'close') stopping.abort()
        const closed = server.value.close()
        if (how === 'kill') server.value.breakOff()
        await closed
      }
    },
    stop: () => end('close'),
    kill: () => end('kill'),
  }
  await broker.start()
  onTestFinished(() => end('kill'))
  return broker
}

interface Asked {
  readonly question?: Partial<AuditQuestion>
  readonly json?: boolean
  readonly isRead?: () => boolean
}

async function list({ socketPath }: Broker, { question, json = false }: Asked = {}) {
  const printed: string[] = []
  const complaints: string[] = []
  const code = await listAudit({
    environment: { FJMCP_BROKER_ADMIN_SOCKET: socketPath },
    question: { limit: 100, ...question },
    json,
    print: (text) => void printed.push(text),
    complain: (text) => void complaints.push(text),
  })
  return { code, printed, complaints }
}

function follow({ socketPath }: Broker, { question, json = false, isRead = () => true }: Asked = {}) {
  const printed = collect()
  const complaints = collect()
  const stopping = new AbortController()
  onTestFinished(() => stopping.abort())
  const code = followAudit({
    environment: { FJMCP_BROKER_ADMIN_SOCKET: socketPath },
    question: { limit: 100, ...question },
    stopping: stopping.signal,
    isRead,
    retryMs: 1,
    json,
    print: printed.add,
    complain: complaints.add,
  })
  return { code, printed: printed.reach, complained: complaints.reach, stop: () => stopping.abort() }
}

/** Lines, and a wait until there are so many. */
function collect() {
  const lines: string[] = []
  const waiting = new Set<() => void>()
  return {
    add: (line: string): void => {
      lines.push(line)
      for (const wake of waiting) wake()
    },
    reach: async (count: number): Promise<readonly string[]> => {
      while (lines.length < count) {
        const { promise, resolve } = Promise.withResolvers<void>()
        waiting.add(resolve)
        await promise
        waiting.delete(resolve)
      }
      return lines
    },
  }
}
