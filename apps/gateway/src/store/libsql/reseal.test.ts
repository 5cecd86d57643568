import { join } from 'node:path'
import { expect, test } from 'vitest'
import { executeOn } from './testing/execute.ts'
import { makeGrant } from './testing/grant.ts'
import { openStoreFile } from './testing/open-file.ts'
import { makeTemporaryFolder } from './testing/temporary-folder.ts'

test('a changed client secret is accepted beside the previous one, which is not needed at the next start', async () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  const first = await openStoreFile(path, { secrets: ['old'] })
  const { userId } = await makeGrant(first)
  await first.close()
  await (await openStoreFile(path, { secrets: ['new', 'old'] })).close()
  const third = await openStoreFile(path, { secrets: ['new'] })
  expect(await third.credentials.find(userId)).toMatchObject({ state: 'live', accessToken: 'access of 1', refreshToken: 'refresh of 1' })
  await third.close()
})

test('a changed client secret does not stop at a credential that nobody can open: its user signs in again', async () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  const first = await openStoreFile(path, { secrets: ['old'] })
  const alice = await makeGrant(first, { sub: '1' })
  const bob = await makeGrant(first, { sub: '2' })
  await first.close()
  await executeOn(path, `update credentials set sealed_access_token = 'broken' where user_id = '${alice.userId}'`)
  const second = await openStoreFile(path, { secrets: ['new', 'old'] })
  expect(await second.credentials.find(alice.userId)).toBeUndefined()
  expect(await second.credentials.find(bob.userId)).toMatchObject({ accessToken: 'access of 2' })
  await second.close()
})
