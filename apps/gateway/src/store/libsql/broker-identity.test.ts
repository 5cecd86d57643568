import { expect, test } from 'vitest'
import { createSealer } from '../sealing.ts'
import { createBrokerIdentity } from './broker-identity.ts'

const settings = { forgejoUrl: 'https://forgejo.test', clientId: 'application', clientSecret: 'client secret' }

test('seals with the secret, and opens with the previous one too where there is one', async () => {
  const { keyId } = await createSealer(['client secret'])
  const { keyId: previousKeyId } = await createSealer(['previous secret'])
  const alone = await createBrokerIdentity({ ...settings, previousClientSecret: undefined })
  expect(alone).toMatchObject({ forgejoOrigin: 'https://forgejo.test', oauthClientId: 'application' })
  expect(alone.sealer).toMatchObject({ keyId, keyIds: [keyId] })
  const rotated = await createBrokerIdentity({ ...settings, previousClientSecret: 'previous secret' })
  expect(rotated.sealer).toMatchObject({ keyId, keyIds: [keyId, previousKeyId] })
})
