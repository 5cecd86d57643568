import { join } from 'node:path'
import { silentLog } from '@fjmcp-broker/shared/log'
import { openConnection } from '../connection.ts'
import { sealTokens } from '../credential-sealing.ts'
import { credentials, users } from '../schema.ts'
import { fileLocation } from './file-location.ts'
import { openStoreFile } from './open-file.ts'
import { createTestSealer, type TestKeys } from './sealer.ts'
import { makeTemporaryFolder } from './temporary-folder.ts'

/** Makes a database of so many signed-in users, whose tokens are sealed with the first of these keys; user n has the token `access of n`. */
export async function fillWithUsers(
  count: number,
  keys: TestKeys,
): Promise<{ readonly path: string; readonly userIds: readonly string[] }> {
  const path = join(makeTemporaryFolder(), 'broker.db')
  await (await openStoreFile(path, keys)).close()
  const sealer = await createTestSealer(keys)
  const times = { createdAtMs: 1, updatedAtMs: 1 }
  const userIds = Array.from({ length: count }, (_, index) => `usr_${String(index + 1).padStart(6, '0')}`)
  const sealed = await Promise.all(
    userIds.map(async (userId, index) => {
      const tokens = { accessToken: `access of ${index + 1}`, refreshToken: `refresh of ${index + 1}`, accessExpiresAtMs: 1 }
      return { userId, generation: 1, state: 'live' as const, updatedAtMs: 1, ...(await sealTokens(sealer, userId, tokens)) }
    }),
  )
  const db = openConnection({ url: fileLocation(path).url, log: silentLog })
  await db.batch([
    db.insert(users).values(userIds.map((id, index) => ({ id, sub: String(index + 1), login: `user${index + 1}`, ...times }))),
    db.insert(credentials).values(sealed),
  ])
  db.$client.close()
  return { path, userIds }
}
