import assert from 'node:assert/strict'
import { images, laterVersion } from '../build-images.ts'
import type { Trial } from '../trial.ts'

/** A later image on the data of this one, and this one again, with a schema that allows it and with one that does not. */
export async function showUpgrade(trial: Trial): Promise<void> {
  const volume = await trial.createVolume()
  const compatible = { place: { ...trial.place, image: images.compatible } }
  const incompatible = { place: { ...trial.place, image: images.incompatible } }

  const first = await trial.start(volume)
  const alice = await trial.connect('alice')
  assert.equal(await first.broker.stop(), 0)
  await expectGoesOn('a later version with a newer schema takes over the data', compatible)
  await expectGoesOn('this version goes on with that schema')
  await expectGoesOn('the later version again', compatible)

  const other = await trial.createVolume()
  const before = await trial.start(other)
  assert.equal(await before.broker.stop(), 0)
  const later = await trial.start(other, incompatible)
  assert.equal(await later.broker.stop(), 0)
  const files = await trial.hashDatabase(other)
  const refused = await trial.run(other)
  assert.equal(refused.exitCode, 78, refused.stderr)
  assert.ok(refused.stderr.includes(`version ${laterVersion} or newer`), refused.stderr)
  assert.equal(await trial.hashDatabase(other), files)
  trial.saw(`a schema that this version cannot use: 78, nothing changed, ${refused.stderr.trim()}`)

  async function expectGoesOn(what: string, changes: Parameters<Trial['start']>[1] = {}): Promise<void> {
    const { broker } = await trial.start(volume, changes)
    assert.match(JSON.stringify(await alice.client.callTool({ name: 'get_my_user_info', arguments: {} })), /alice/)
    trial.saw(`${what}, and the sign-in goes on`)
    assert.equal(await broker.stop(), 0)
  }
}
