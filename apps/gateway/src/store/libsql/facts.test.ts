import { expect, test } from 'vitest'
import { openMemoryStore } from '../memory-store.ts'

test('what Forgejo said of its version is kept, the latest', async () => {
  const store = await openMemoryStore(() => 1)
  expect(await store.forgejoVersion()).toBeUndefined()
  await store.setForgejoVersion('15.0.2')
  await store.setForgejoVersion('15.0.3')
  expect(await store.forgejoVersion()).toBe('15.0.3')
})
