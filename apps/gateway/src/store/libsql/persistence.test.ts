import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStoreFile } from './testing/open-file.ts'
import { startProcess, type TestProcess } from './testing/process.ts'
import { makeTemporaryFolder } from './testing/temporary-folder.ts'

const program = new URL('./testing/keep-open.ts', import.meta.url)

test('what was acknowledged survives a process that is killed', async () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  await fillAndKill(path)
  const store = await openStoreFile(path)
  const session = await store.sessions.find('session hash')
  expect(session).toMatchObject({ id: 'ses_1', protocolVersion: '2025-11-25' })
  expect(await store.credentials.find(session?.userId ?? '')).toMatchObject({ state: 'live', refreshToken: 'refresh of 1' })
  const callback = { upstreamStateHash: 'state hash', browserHash: 'browser hash', nowMs: 2 }
  expect(await store.signIns.take(callback)).toMatchObject({ upstreamCodeVerifier: 'upstream code verifier' })
  await store.close()
})

test('nothing acknowledged is lost when the process is killed in the middle of its writes', async () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  const acknowledged: string[] = []
  for (let round = 0; round < 2; round += 1) {
    const owner = startProcess(new URL('./testing/keep-writing.ts', import.meta.url), [path])
    while (acknowledged.length < (round + 1) * 40) acknowledged.push(await owner.nextLine())
    owner.kill('SIGKILL')
    // What it said before it died counts too.
    for (let line = await nextLine(owner); line !== undefined; line = await nextLine(owner)) acknowledged.push(line)
    await owner.ended
  }
  const store = await openStoreFile(path)
  const found = await Promise.all(acknowledged.map((id) => store.clients.find(id)))
  expect(found.map((client) => client?.id)).toEqual(acknowledged)
  await store.close()
})

test('a lease that a killed owner held does not stand in the way of the next one', async () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  await fillAndKill(path)
  const store = await openStoreFile(path)
  const userId = (await store.sessions.find('session hash'))?.userId ?? ''
  const lease = { userId, generation: 1, holder: 'next owner', nowMs: 2, untilMs: 60_000 }
  expect(await store.credentials.lease(lease)).toBe(true)
  await store.close()
})

test('no file of the database holds a token of Forgejo or a verifier in the clear', async () => {
  const folder = makeTemporaryFolder()
  await fillAndKill(join(folder, 'broker.db'))
  const files = readdirSync(folder)
  expect(files).toEqual(expect.arrayContaining(['broker.db', 'broker.db-wal']))
  const bytes = Buffer.concat(files.map((file) => readFileSync(join(folder, file)))).toString('latin1')
  // The hash of the session shows that the bytes looked at are those that were written.
  expect(bytes).toContain('session hash')
  for (const secret of ['access of 1', 'refresh of 1', 'upstream code verifier', 'client secret']) expect(bytes).not.toContain(secret)
})

async function nextLine(owner: TestProcess): Promise<string | undefined> {
  try {
    return await owner.nextLine()
  } catch {
    return undefined
  }
}

async function fillAndKill(path: string): Promise<void> {
  const owner = startProcess(program, [path])
  expect(await owner.nextLine()).toBe('open')
  owner.kill('SIGKILL')
  await owner.ended
}
