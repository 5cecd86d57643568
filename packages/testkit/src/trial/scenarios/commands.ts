import assert from 'node:assert/strict'
import { podmanBytes } from '../podman.ts'
import type { Trial } from '../trial.ts'

/** The operator's commands, called by `podman exec` beside a broker at work. */
export async function showCommands(trial: Trial): Promise<void> {
  const volume = await trial.createVolume()
  const { broker } = await trial.start(volume)
  const alice = await trial.connect('alice')

  const status = await broker.command('status')
  assert.equal(status.exitCode, 0, status.stderr)
  assert.match(status.stdout, /healthy/)
  const config = await broker.command('config')
  assert.equal(config.exitCode, 0, config.stderr)
  assert.ok(!config.stdout.includes('broker-client-secret'))
  const check = await broker.command('migrate', '--check')
  assert.equal(check.exitCode, 0, check.stderr)
  trial.saw('status, config (the secret masked) and migrate --check answer')

  const doctor = await broker.command('doctor')
  assert.match(doctor.stdout, /settings/, doctor.stderr)
  trial.saw(`doctor:\n${doctor.stdout.replaceAll(/^/gm, '         ')}`)
  assert.ok(!doctor.stdout.includes('broker-client-secret'))
  assert.notEqual(doctor.exitCode, 78, doctor.stderr)

  const backup = await podmanBytes(['exec', broker.name, '/usr/local/bin/fjmcp-broker', 'backup', '-'])
  assert.equal(backup.toString('latin1', 0, 15), 'SQLite format 3')
  trial.saw(`backup - gives ${backup.length} bytes`)
  assert.notEqual((await trial.run(volume, { args: ['restore', '-'], input: backup })).exitCode, 0)
  trial.saw('restore refuses while the broker runs')
  assert.equal(await broker.stop(), 0)

  const fresh = await trial.createVolume()
  const restored = await trial.run(fresh, { args: ['restore', '-'], input: backup })
  assert.equal(restored.exitCode, 0, restored.stderr)
  const again = await trial.start(fresh)
  assert.match(JSON.stringify(await alice.client.callTool({ name: 'get_my_user_info', arguments: {} })), /alice/)
  trial.saw('restored into an empty volume: the sign-in made before the backup goes on')
  assert.equal(await again.broker.stop(), 0)
}
