import { makeClient } from '@fjmcp-broker/gateway/store/libsql/testing/client'
import { expect, test } from 'vitest'
import { appId, startBroker } from './admin-broker.ts'

test('lists who has access in columns, the newest first', async () => {
  const { run } = await startBroker()
  const users = await run('users', 'list')
  expect(users).toMatchObject({ code: 0, complaints: [] })
  expect(users.printed.map((line) => line.split(/ {2,}/).slice(0, 5))).toEqual([
    ['login', 'id', 'at Forgejo', 'grants', 'sessions'],
    ['user2', expect.stringMatching(/^usr_/), 'signed in', '1', '1'],
    ['user1', expect.stringMatching(/^usr_/), 'signed in', '2', '2'],
  ])
  const grants = await run('grants', 'list', '--user', 'USER1')
  expect(grants.printed.map((line) => line.split(/ {2,}/).slice(0, 2))).toEqual([
    ['user', 'client'],
    ['user1', 'App'],
    ['user1', 'Editor'],
  ])
  expect((await run('clients', 'list', '--kind', 'document')).printed.slice(1)).toEqual([expect.stringContaining(`App   ${appId}`)])
})

test.each([
  { what: 'users', filter: ['--login', 'x'], none: 'Nobody has signed in yet.', noneFits: 'No user fits.' },
  { what: 'clients', filter: ['--name', 'x'], none: 'No client has registered yet.', noneFits: 'No client fits.' },
  { what: 'grants', filter: ['--level', 'full'], none: 'Nobody has allowed a client anything yet.', noneFits: 'No grant fits.' },
])('says of no $what whether there are none at all or none that fit', async ({ what, filter, none, noneFits }) => {
  const { run, store } = await startBroker()
  expect(await run(what, 'list', ...filter)).toMatchObject({ code: 0, printed: [noneFits] })
  for (const { id } of (await store.accessListing.users({}, { limit: 9 })).rows) await store.access.endUser(id, 1)
  for (const { id } of (await store.accessListing.clients({}, { limit: 9 })).rows) await store.access.endClient(id, 1)
  expect(await run(what, 'list')).toMatchObject({ code: 0, printed: [none] })
})

test('shows one, and ends it, by login, by id and by the URL that a client goes by', async () => {
  const { run, store, memory, grant } = await startBroker()
  expect((await run('users', 'show', 'user1')).printed).toEqual(
    expect.arrayContaining([expect.stringMatching(/^login +user1$/), expect.stringMatching(/^user1 +App +gra_/)]),
  )
  expect((await run('clients', 'show', appId)).printed).toContain('redirects to  http://127.0.0.1/callback')
  expect((await run('grants', 'show', grant.id)).printed).toContain(`client        Editor (cli_editor)`)

  expect((await run('grants', 'end', grant.id)).printed).toEqual([
    `Ended grant ${grant.id} of user1 for Editor: 1 grant, 3 tokens, 1 session.`,
  ])
  expect((await run('clients', 'end', appId)).printed[0]).toMatch(/^Ended client App .+: 1 grant, 3 tokens, 1 session\.$/)
  const ended = await run('users', 'end', 'user2')
  expect(ended.printed[0]).toMatch(/^Ended user user2 \(usr_\w+\): 1 grant, 3 tokens, 1 session\.$/)
  expect(ended.printed.join()).toContain('Settings > Applications')
  expect((await run('grants', 'list')).printed).toEqual(['Nobody has allowed a client anything yet.'])
  expect(await store.accessListing.findUsers(grant.userId)).toHaveLength(1)
  await memory.auditTrail.flush()
  const events = await store.auditEvents.listNewest({}, 10)
  const [of1, of2] = [
    { user: 'user1', address: null },
    { user: 'user2', address: null },
  ]
  const told = { by: 'operator', tokens: 3, sessions: 1 }
  expect(
    events.map(({ type, userLogin: user, clientName: client, address, details }) => ({ type, user, client, address, details })),
  ).toEqual([
    { type: 'grant_ended', ...of1, client: 'Editor', details: told },
    { type: 'client_ended', user: null, client: 'App', address: null, details: { ...told, grants: 1, signIns: 0 } },
    { type: 'grant_ended', ...of1, client: 'App', details: { ...told, with: 'client_ended' } },
    { type: 'user_ended', ...of2, client: null, details: { ...told, grants: 1 } },
    { type: 'grant_ended', ...of2, client: 'Editor', details: { ...told, with: 'user_ended' } },
  ])
})

test.each([
  [['users', 'end', 'nobody'], 'unknown_user', 'nobody'],
  [['users', 'show', 'user3'], 'ambiguous_user', 'Several users are called user3: usr_'],
  [['grants', 'list', '--user', 'nobody'], 'unknown_user', 'nobody'],
  [['clients', 'end', 'cli_none'], 'unknown_client', 'cli_none'],
  [['grants', 'end', 'gra_none'], 'unknown_grant', 'gra_none'],
])('says of %j that there is none, or several', async (args, reason, message) => {
  const { run, store } = await startBroker()
  await store.users.upsert({ sub: '3', login: 'user3', nowMs: 1 })
  await store.users.upsert({ sub: '4', login: 'USER3', nowMs: 1 })
  expect(await run(...args)).toEqual({ code: 1, printed: [], complaints: [expect.stringContaining(message)] })
  const { code, printed } = await run(...args, '--json')
  expect({ code, answer: JSON.parse(printed.join('\n')) as unknown }).toEqual({
    code: 1,
    answer: { ok: false, error: { reason, message: expect.stringContaining(message) } },
  })
})

test('gives JSON with all that is known, and nothing that is secret', async () => {
  const { run } = await startBroker()
  const { printed } = await run('users', 'show', 'user1', '--json')
  expect(JSON.parse(printed.join('\n'))).toMatchObject({ ok: true, user: { login: 'user1', grants: 2 }, grants: [{}, {}] })
  expect(printed.join('\n')).not.toMatch(/access of|refresh of|fjb_/)
})

test('goes on where a listing ended', async () => {
  const { run } = await startBroker()
  const first = await run('grants', 'list', '--limit', '2')
  const after = /--after (gra_\w+)$/.exec(first.printed.at(-1) ?? '')?.[1] ?? ''
  const second = await run('grants', 'list', '--limit', '2', '--after', after)
  expect(second.printed).toHaveLength(2)
  expect([...first.printed, ...second.printed].filter((line) => line.includes('  gra_'))).toHaveLength(3)
})

test('prints nothing of a client’s name that could move the terminal’s cursor', async () => {
  const { run, store } = await startBroker()
  await store.clients.insert(makeClient({ id: 'cli_evil', name: 'Evil\u001B[2J\nline' }))
  expect((await run('clients', 'list', '--name', 'evil')).printed.join('\n')).toContain('Evil [2J line')
})

test('says that a child goes on where the runner is away', async () => {
  const { run, runner, grant } = await startBroker()
  runner.setAvailable(false)
  expect((await run('grants', 'end', grant.id)).printed).toEqual([
    expect.stringContaining('1 session.'),
    expect.stringContaining('The runner was not reached.'),
  ])
})
