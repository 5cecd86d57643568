import { expect, test } from 'vitest'
import { createSealer } from '../sealing.ts'
import { createBrokerIdentity } from './broker-identity.ts'
import { makeKey } from './testing/sealer.ts'

const settings = {
  forgejoUrl: 'https://forgejo.test',
  forgejoClientId: 'application',
  forgejoClientSecret: 'client secret',
  previousForgejoClientSecret: undefined,
  encryptionKeys: [],
}

test('seals with the key of the secret, and opens with that of the previous one too where there is one', async () => {
  const alone = await createBrokerIdentity(settings)
  expect(alone).toMatchObject({ forgejoOrigin: 'https://forgejo.test', oauthClientId: 'application' })
  const [current] = (await createSealer([{ name: 'client secret', secret: 'client secret' }])).keys
  expect(alone.sealer.keys).toEqual([current])
  const rotated = await createBrokerIdentity({ ...settings, previousForgejoClientSecret: 'previous secret' })
  const [previous] = (await createSealer([{ name: 'previous client secret', secret: 'previous secret' }])).keys
  expect(rotated.sealer.keys).toEqual([current, previous])
})

test('has one key where the previous secret is the current one', async () => {
  const { sealer } = await createBrokerIdentity({ ...settings, previousForgejoClientSecret: 'client secret' })
  expect(sealer.keys.map(({ name }) => name)).toEqual(['client secret'])
})

test('seals with the first of the keys that are given, and opens with all, the secrets’ too', async () => {
  const { sealer } = await createBrokerIdentity({
    ...settings,
    previousForgejoClientSecret: 'previous secret',
    encryptionKeys: [makeKey('new'), makeKey('former')],
  })
  expect(sealer.keys.map(({ name }) => name)).toEqual(['new', 'former', 'client secret', 'previous client secret'])
  const place = { table: 't', column: 'c', row: 'r' }
  const [id] = (await createSealer([{ ...makeKey('new') }])).keys
  expect(await sealer.seal('token', place)).toContain(`.${id.id}.`)
  const older = await createBrokerIdentity({ ...settings, forgejoClientSecret: 'previous secret' })
  expect(await sealer.open(await older.sealer.seal('token', place), place)).toEqual({ ok: true, value: 'token' })
})
