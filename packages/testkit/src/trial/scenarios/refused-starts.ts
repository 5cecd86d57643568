import assert from 'node:assert/strict'
import type { Trial } from '../trial.ts'

/** Starts that must not succeed, and what they say. */
export async function showRefusedStarts(trial: Trial): Promise<void> {
  const volume = await trial.createVolume()
  const empty = { FORGEJO_URL: '', FORGEJO_OAUTH_CLIENT_ID: '', FORGEJO_OAUTH_CLIENT_SECRET: '', FJMCP_BROKER_PUBLIC_URL: '' }
  const missing = await trial.run(volume, { environment: empty })
  assert.equal(missing.exitCode, 78)
  for (const name of Object.keys(empty)) assert.match(missing.stderr, new RegExp(`\\b${name}:`))
  trial.saw('without its required settings it ends with 78 and names every one')

  const powerless = await trial.run(volume, { withoutCapability: 'setuid' })
  assert.equal(powerless.exitCode, 78, powerless.stderr)
  assert.match(powerless.stderr, /SETUID/)
  trial.saw(`without CAP_SETUID: 78, ${powerless.stderr.trim()}`)

  const firstUnmapped = Number(await trial.evaluate(volume, firstUnmappedUid))
  if (firstUnmapped < 2 ** 32 - 1) {
    const unmapped = await trial.run(volume, { environment: { FJMCP_BROKER_CHILD_UIDS: `${firstUnmapped}-${firstUnmapped + 10_000}` } })
    assert.equal(unmapped.exitCode, 78, unmapped.stderr)
    trial.saw(`with uids that the container has not: 78, ${unmapped.stderr.trim()}`)
  } else trial.saw('nothing to refuse with uids that the container has not: without --run-arg=--uidmap=0:100000:65536 it has all')

  const unprivileged = await trial.start(volume, {
    runArguments: ['--user', '65532:65532'],
    environment: { FJMCP_BROKER_RUNNER_SOCKET: '/data/run/runner.sock', FJMCP_BROKER_ADMIN_SOCKET: '/data/run/admin.sock' },
  })
  const health: unknown = await (await fetch(`${unprivileged.broker.publicUrl}/healthz`)).json()
  assert.partialDeepStrictEqual(health, { status: 'ok', isolation: 'none' })
  assert.match(await unprivileged.broker.log(), /isolation_off/)
  trial.saw('as uid 65532 it runs, with isolation none, and says so')
  assert.equal(await unprivileged.broker.stop(), 0)

  const foreign = await trial.createVolume()
  // A database as the Go broker leaves one: SQLite in WAL mode, without our mark.
  await trial.evaluate(
    foreign,
    `const db = new (require('node:sqlite').DatabaseSync)('/data/broker.db'); db.exec('pragma journal_mode = wal; create table tokens(id); insert into tokens values (1)')`,
  )
  const before = await trial.hashDatabase(foreign)
  const refused = await trial.run(foreign)
  assert.equal(refused.exitCode, 78, refused.stderr)
  assert.match(refused.stderr, /another program/)
  assert.equal(await trial.hashDatabase(foreign), before)
  trial.saw('a broker.db of another program: 78, and not a byte of it is changed')
}

// The lines of the map are in order: first uid inside, first outside, how many.
const firstUnmappedUid = `fs.readFileSync('/proc/self/uid_map', 'utf8').trim().split('\\n').map((line) => line.trim().split(/ +/).map(Number))
  .reduce((end, [inside, , count]) => Math.max(end, inside + count), 0)`
