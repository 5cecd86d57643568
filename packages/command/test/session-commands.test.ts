import { expect, test } from 'vitest'
import { followSessions } from '../src/commands/sessions/follow-sessions.ts'
import { startBroker } from './admin-broker.ts'

test('lists the sessions with what goes on in them, the newest first', async () => {
  const { run, runner, grant } = await startBroker()
  await runner.describe({ key: 's:ses_one', userId: grant.userId, accessLevel: 'write' })
  expect(await cells(run('sessions', 'list'))).toEqual([
    ['user', 'client', 'id', 'child', 'calls'],
    ['user1', 'App', 'ses_two', '-', '0'],
    ['user2', 'Editor', 'ses_three', '-', '0'],
    ['user1', 'Editor', 'ses_one', 'ready', '0'],
  ])
  expect((await cells(run('sessions', 'list', '--user', 'USER1', '--client', 'cli_editor')))[1]).toEqual(onlyFirst)
  expect((await run('sessions', 'list', '--limit', '2')).printed.at(-1)).toBe('There are more: add --after ses_three')
  expect((await cells(run('sessions', 'list', '--after', 'ses_three')))[1]).toEqual(onlyFirst)
})

test('shows a session, also while the runner is away', async () => {
  const { run, runner } = await startBroker()
  expect((await run('sessions', 'show', 'ses_one')).printed).toEqual(
    expect.arrayContaining(['protocol     MCP 2025-11-25', 'child        -', 'calls        0']),
  )
  runner.setAvailable(false)
  expect((await run('sessions', 'show', 'ses_one')).printed).toContain('child        not known')
  const json = JSON.parse((await run('sessions', 'show', 'ses_one', '--json')).printed.join(''))
  expect(json).toMatchObject({ ok: true, session: { id: 'ses_one', userLogin: 'user1', activity: null } })
  expect(await run('sessions', 'show', 'ses_gone')).toMatchObject({ code: 1, complaints: [expect.stringContaining('ses_gone')] })
})

test('ends one session with its child, and leaves the access', async () => {
  const { run, runner, store, memory, grant } = await startBroker()
  await runner.describe({ key: 's:ses_one', userId: grant.userId, accessLevel: 'write' })
  expect((await run('sessions', 'end', 'ses_one')).printed).toEqual([expect.stringMatching(/^Ended 1 session\./)])
  expect(await store.sessions.find('session one')).toBeUndefined()
  expect(await store.tokens.findAccess('access one')).toBeDefined()
  expect(await runner.sessions()).toEqual([])
  expect(await run('sessions', 'end', 'ses_one')).toMatchObject({ code: 1 })
  await memory.auditTrail.flush()
  expect((await store.auditEvents.listNewest({}, 9)).map(({ type, details }) => [type, details])).toEqual([
    ['sessions_ended', { by: 'operator', sessions: 1, sessionId: 'ses_one' }],
  ])
})

test('ends all sessions of a user, of a client, or of a user with a client', async () => {
  const { run, store } = await startBroker()
  expect((await run('sessions', 'end', '--user', 'user1', '--client', 'cli_editor')).printed[0]).toContain('Ended 1 session.')
  expect((await run('sessions', 'end', '--client', 'cli_editor')).printed[0]).toContain('Ended 1 session.')
  expect((await run('sessions', 'end', '--user', 'user1')).printed[0]).toContain('Ended 1 session.')
  expect(await store.sessions.countByUser()).toEqual([])
  expect((await run('sessions', 'list')).printed).toEqual(['No client is connected.'])
})

test.each(['--client no_such', '--user user1'])('says that there is no session to end: %s', async (args) => {
  const { run, store, memory } = await startBroker()
  await run('sessions', 'end', '--user', 'user1')
  expect(await run('sessions', 'end', ...args.split(' '))).toMatchObject({
    code: 1,
    complaints: [expect.stringContaining('No session fits')],
  })
  await memory.auditTrail.flush()
  expect(await store.auditEvents.listNewest({ types: ['sessions_ended'] }, 9)).toHaveLength(1)
})

test.each(['', 'ses_one --user user1', 'ses_one --client cli_editor'])('does not end what is not named clearly: %s', async (args) => {
  const { run, store } = await startBroker()
  expect(await run('sessions', 'end', ...args.split(' ').filter((arg) => arg !== ''))).toMatchObject({ code: 64 })
  expect(await store.sessions.countByUser()).toHaveLength(2)
})

test('follows the sessions: those that there are, then each that begins, changes or ends', async () => {
  const { store, runner, socketPath, grant } = await startBroker()
  const stop = new AbortController()
  const printed: string[] = []
  const waiting: { readonly part: string; readonly resolve: () => void }[] = []
  const until = (part: string) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.push({ part, resolve })
    if (printed.some((line) => line.includes(part))) resolve()
    return promise
  }
  const following = followSessions({
    environment: { FJMCP_BROKER_ADMIN_SOCKET: socketPath },
    asked: { user: 'user1', limit: 100 },
    stopping: stop.signal,
    isRead: () => true,
    json: true,
    print(line) {
      printed.push(line)
      for (const { part, resolve } of waiting) if (line.includes(part)) resolve()
    },
    complain() {},
  })
  await until('ses_two')
  expect(printed.map((line) => JSON.parse(line))).toMatchObject([{ session: { id: 'ses_one' } }, { session: { id: 'ses_two' } }])
  await runner.describe({ key: 's:ses_one', userId: grant.userId, accessLevel: 'write' })
  await until('"phase":"ready"')
  await store.sessions.end('ses_two')
  await until('{"ended":{"id":"ses_two"')
  expect(JSON.parse(printed.at(-1) ?? '')).toMatchObject({ ended: { userLogin: 'user1', clientName: 'App' } })
  stop.abort()
  expect(await following).toBe(0)
})

test('says whose session ended, and that there are older ones that it does not follow', async () => {
  const { store, socketPath } = await startBroker()
  const stop = new AbortController()
  const printed: string[] = []
  const complaints: string[] = []
  const following = followSessions({
    environment: { FJMCP_BROKER_ADMIN_SOCKET: socketPath },
    asked: { limit: 1 },
    stopping: stop.signal,
    isRead: () => true,
    json: false,
    print(line) {
      printed.push(line)
      if (line.includes('ended')) stop.abort()
    },
    complain(line) {
      complaints.push(line)
      void store.sessions.end('ses_two')
    },
  })
  expect(await following).toBe(0)
  expect(complaints).toEqual([expect.stringContaining('These are the newest 1: there are more')])
  expect(printed.at(-1)?.split(/ {2,}/)).toEqual(['user1', 'App', 'ses_two', 'ended'])
})

const onlyFirst = ['user1', 'Editor', 'ses_one', 'ready', '0']

async function cells(ran: Promise<{ readonly printed: readonly string[] }>): Promise<readonly string[][]> {
  return (await ran).printed.map((line) => line.split(/ {2,}/).slice(0, 5))
}
