import assert from 'node:assert/strict'
import { tryPodman } from '../podman.ts'
import type { Trial } from '../trial.ts'

/** The life of an installation: a fresh volume, sign-ins and calls, a stop, another start with the same data. */
export async function showLifecycle(trial: Trial): Promise<void> {
  const volume = await trial.createVolume()
  const { broker, healthyAfterMs } = await trial.start(volume)
  trial.saw(`healthy ${healthyAfterMs} ms after \`podman run\` returned`)
  const health: unknown = await (await fetch(`${broker.publicUrl}/healthz`)).json()
  assert.partialDeepStrictEqual(health, { status: 'ok', store: 'ok', runner: 'ok', child: 'ok', isolation: 'uid' })
  trial.saw(`/healthz says ${JSON.stringify(health)}`)
  assert.equal((await tryPodman(['healthcheck', 'run', broker.name])).exitCode, 0)
  trial.saw('the health command of the unit agrees')
  const version = await broker.command('--version')
  assert.match(version.stdout, /^fjmcp-broker \d+\.\d+\.\d+ \(.*forgejo-mcp \d+\.\d+\.\d+\)$/)
  trial.saw(version.stdout)

  const alice = await trial.connect('alice')
  const bob = await trial.connect('bob', 'read')
  assert.match(JSON.stringify(await alice.client.callTool({ name: 'get_my_user_info', arguments: {} })), /alice/)
  assert.match(JSON.stringify(await bob.client.callTool({ name: 'get_my_user_info', arguments: {} })), /bob/)
  const { tools } = await alice.client.listTools()
  trial.saw(`alice and bob signed in with an MCP client and called tools as themselves; alice sees ${tools.length}`)

  const files = await broker.evaluate(`fs.readdirSync('/data').sort().join(' ')`, '65532')
  assert.match(files, /^broker\.db broker\.db-shm broker\.db-wal broker\.lock/)
  const folder = await broker.evaluate(`const s = fs.statSync('/data'); [s.uid, s.gid, (s.mode & 0o777).toString(8)].join(' ')`)
  assert.equal(folder.trim(), '65532 65532 700')
  trial.saw(`/data belongs to 65532 alone and holds ${files.trim()}`)

  assert.equal(await broker.stop(), 0)
  trial.saw('`podman stop` ends it with exit code 0')
  const again = await trial.start(volume)
  assert.match(JSON.stringify(await alice.client.callTool({ name: 'get_my_user_info', arguments: {} })), /alice/)
  assert.match(JSON.stringify(await bob.client.callTool({ name: 'get_my_user_info', arguments: {} })), /bob/)
  trial.saw('started again on the same volume: the sign-ins and sessions made before go on')
  assert.equal(await again.broker.stop(), 0)
}
