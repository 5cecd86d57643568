import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createClient } from '@libsql/client/sqlite3'
import { describe, expect, test } from 'vitest'
import type { StoreRefusal } from './refusal.ts'
import { executeOn } from './testing/execute.ts'
import { makeGrant } from './testing/grant.ts'
import { openFile, openStoreFile } from './testing/open-file.ts'
import { createTestSealer, makeKey, type TestKeys } from './testing/sealer.ts'
import { startProcess } from './testing/process.ts'
import { makeTemporaryFolder } from './testing/temporary-folder.ts'

describe('a database is refused', () => {
  test('when its migrations are not the ones of this version', async () => {
    const path = await makeClosed()
    await executeOn(path, "update __drizzle_migrations set hash = 'other'")
    const message = naming(path, 'another history', 'restore a backup')
    expect(await refusalOf(path)).toMatchObject({ reason: 'altered_history', message })
  })

  test('and left untouched, its write-ahead log too, when another program made it', async () => {
    const path = join(makeTemporaryFolder(), 'broker.db')
    const other = createClient({ url: pathToFileURL(path).href, concurrency: 1 })
    await other.executeMultiple('PRAGMA journal_mode = WAL; create table clients (id text); insert into clients values (1)')
    const before = readHex(path, `${path}-wal`, `${path}-shm`)
    const message = naming(path, 'another program', 'Move it aside', 'clients register again')
    expect(await refusalOf(path)).toMatchObject({ reason: 'foreign_database', message })
    expect(readHex(path, `${path}-wal`, `${path}-shm`)).toEqual(before)
    other.close()
  })

  test('when it is no database', async () => {
    const path = join(makeTemporaryFolder(), 'broker.db')
    writeFileSync(path, 'notes')
    expect(await refusalOf(path)).toMatchObject({ reason: 'not_a_database', message: naming(path, 'is not a database', 'Move it aside') })
    expect(readFileSync(path, 'utf8')).toBe('notes')
  })

  test('when it is damaged behind its header', async () => {
    const path = await makeClosed()
    writeFileSync(path, readFileSync(path).fill(0xff, 100))
    expect(await refusalOf(path)).toMatchObject({
      reason: 'not_a_database',
      message: naming(path, 'is damaged', 'restore the newest backup'),
    })
  })

  test('while another process has it, and not when that was killed', async () => {
    const path = join(makeTemporaryFolder(), 'broker.db')
    const owner = startProcess(new URL('./testing/keep-open.ts', import.meta.url), [path])
    expect(await owner.nextLine()).toBe('open')
    const message = naming(path, 'in use by another broker', 'broker.lock', 'Stop that one')
    expect(await refusalOf(path)).toMatchObject({ reason: 'second_owner', message })
    owner.kill('SIGKILL')
    await owner.ended
    expect(await refusalOf(path)).toBeUndefined()
  })

  test('while this process has it, and not when that was closed', async () => {
    const path = join(makeTemporaryFolder(), 'broker.db')
    const store = await openStoreFile(path)
    expect(await refusalOf(path)).toMatchObject({ reason: 'second_owner' })
    await store.close()
    expect(await refusalOf(path)).toBeUndefined()
  })

  test('not for a mistaken setting, as long as nobody has signed in', async () => {
    const path = await makeClosed()
    expect(
      await refusalOf(path, { forgejoOrigin: 'https://elsewhere.test', oauthClientId: 'other', secrets: ['new secret'] }),
    ).toBeUndefined()
    expect(await refusalOf(path)).toBeUndefined()
  })

  test('when it belongs to another Forgejo, and stays what it was', async () => {
    const path = await makeUsed()
    const message = naming(path, 'https://forgejo.test', 'FORGEJO_URL is https://elsewhere.test', 'Set it back')
    expect(await refusalOf(path, { forgejoOrigin: 'https://elsewhere.test' })).toMatchObject({ reason: 'other_forgejo', message })
    expect(await refusalOf(path)).toBeUndefined()
  })

  test('when it belongs to another application', async () => {
    const path = await makeUsed()
    const message = naming(path, 'application', 'FORGEJO_OAUTH_CLIENT_ID is other', 'Set it back')
    expect(await refusalOf(path, { oauthClientId: 'other' })).toMatchObject({ reason: 'other_client_id', message })
  })

  test('when the client secret changed, until the former one is given too', async () => {
    const path = await makeSealed()
    const [lost, given] = [await keyIdOf({}), await keyIdOf({ secrets: ['new secret'] })]
    const message = naming(
      `Of 2 sign-ins in ${path}, 2 cannot be opened`,
      lost,
      `loaded: client secret ${given} (0 sign-ins)`,
      '\n  If the client secret changed: give the former one in FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS.',
      '\n  If FJMCP_BROKER_ENCRYPTION_KEYS was set before: set it again.',
      '\n  docs/troubleshooting.md, "A key is missing"',
    )
    expect(await refusalOf(path, { secrets: ['new secret'] })).toMatchObject({ reason: 'missing_key', message })
    expect(await refusalOf(path, { secrets: ['new secret', 'other secret'] })).toMatchObject({
      reason: 'missing_key',
      message: naming('FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS has to be exactly the one before'),
    })
    expect(await refusalOf(path, { secrets: ['new secret', 'client secret'] })).toBeUndefined()
  })

  test('when a key was taken out too early, and says how many need it', async () => {
    const path = await makeSealed({ encryptionKeys: [makeKey('former')] })
    const current = { encryptionKeys: [makeKey('new'), makeKey('former')] }
    const store = await openStoreFile(path, current)
    await store.keys.resealNext({ after: undefined, limit: 1 })
    await store.close()
    const message = naming(
      `Of 2 sign-ins in ${path}, 1 cannot be opened: the key ${await keyIdOf({ encryptionKeys: [makeKey('former')] })} (1 sign-in) is not loaded`,
      `loaded: key "new" ${await keyIdOf(current)} (1 sign-in), client secret`,
      'taken out of FJMCP_BROKER_ENCRYPTION_KEYS too early: put it back behind the first',
      'keys re-encrypt',
    )
    expect(await refusalOf(path, { encryptionKeys: [makeKey('new')] })).toMatchObject({ reason: 'missing_key', message })
    expect(await refusalOf(path, current)).toBeUndefined()
  })

  test('when a key is another one under the same name', async () => {
    const path = await makeSealed({ encryptionKeys: [makeKey('mine', 1)] })
    const wrong = { encryptionKeys: [makeKey('mine', 2)] }
    const message = naming(`loaded: key "mine" ${await keyIdOf(wrong)} (0 sign-ins)`, 'mistyped or exchanged under its name')
    expect(await refusalOf(path, wrong)).toMatchObject({ reason: 'missing_key', message })
  })

  test('for a key that the audit log knows, with its name and what to do about such a one alone', async () => {
    const path = await makeSealed({ encryptionKeys: [makeKey('former')] })
    const keyId = await keyIdOf({ encryptionKeys: [makeKey('former')] })
    await recordKeys(path, [
      { keyId, keyName: 'earlier name' },
      { keyId: 'other', keyName: 'other', formerKeyId: keyId, formerKeyName: 'former' },
      { keyId, keyName: 'no\u001B[2J name' },
    ])
    const message = `the key "former" ${keyId} (2 sign-ins) is not loaded`
    const refused = await refusalOf(path, { encryptionKeys: [makeKey('new')] })
    expect(refused).toMatchObject({ message: naming(message, 'put it back behind the first') })
    expect(refused?.message).not.toContain('client secret changed')
  })

  test('for a client secret that the audit log knows, with nothing about keys of one’s own', async () => {
    const path = await makeSealed()
    const keyId = await keyIdOf({})
    await recordKeys(path, [{ keyId: 'other', keyName: 'other', formerKeyId: keyId, formerKeyName: 'client secret' }])
    const refused = await refusalOf(path, { secrets: ['new secret'] })
    expect(refused).toMatchObject({ message: naming(`the client secret ${keyId} (2 sign-ins) is not loaded`, 'give the former one') })
    expect(refused?.message).not.toContain('FJMCP_BROKER_ENCRYPTION_KEYS')
  })

  test('not for a changed client secret where keys of its own seal everything', async () => {
    const keys = { encryptionKeys: [makeKey('mine')] }
    const path = await makeSealed(keys)
    expect(await refusalOf(path, { ...keys, secrets: ['new secret'] })).toBeUndefined()
  })

  test('not for a credential that no key opens, or that is dead', async () => {
    const path = await makeSealed()
    await executeOn(path, "update credentials set sealed_access_token = 'v1.broken' where rowid = 1")
    await executeOn(path, "update credentials set state = 'dead' where rowid = 2")
    expect(await refusalOf(path, { secrets: ['new secret'] })).toBeUndefined()
  })

  test('when its folder cannot be made', async () => {
    const file = join(makeTemporaryFolder(), 'file')
    writeFileSync(file, '')
    expect(await refusalOf(join(file, 'broker.db'))).toMatchObject({
      reason: 'not_writable',
      message: naming(file, 'cannot be made', 'EEXIST'),
    })
  })

  test('when its file cannot be written', async () => {
    const path = join(makeTemporaryFolder(), 'broker.db')
    mkdirSync(path)
    expect(await refusalOf(path)).toMatchObject({ reason: 'not_writable', message: naming(path, 'cannot be written', 'EISDIR') })
  })

  test('when its lock file cannot be written', async () => {
    const folder = makeTemporaryFolder()
    const lock = join(folder, 'broker.lock')
    mkdirSync(lock)
    expect(await refusalOf(join(folder, 'broker.db'))).toMatchObject({ reason: 'not_writable', message: naming(lock, 'cannot be written') })
  })

  test('when its lock file is of another program', async () => {
    const folder = makeTemporaryFolder()
    const lock = join(folder, 'broker.lock')
    writeFileSync(lock, 'process 4711 '.repeat(100))
    const message = naming(lock, 'another program', 'Move it aside')
    expect(await refusalOf(join(folder, 'broker.db'))).toMatchObject({ reason: 'foreign_database', message })
  })
})

/** A database with the sealed tokens of two users, closed again. */
async function makeSealed(keys?: TestKeys): Promise<string> {
  const path = join(makeTemporaryFolder(), 'broker.db')
  const store = await openStoreFile(path, keys)
  await makeGrant(store, { sub: '1' })
  await makeGrant(store, { sub: '2' })
  await store.close()
  return path
}

/** The id of the key that encrypts. */
async function keyIdOf(keys: TestKeys): Promise<string> {
  return (await createTestSealer(keys)).keys[0].id
}

/** A database that somebody has signed in with, closed again. */
async function makeUsed(): Promise<string> {
  const path = join(makeTemporaryFolder(), 'broker.db')
  const store = await openStoreFile(path)
  await store.users.upsert({ sub: '1', login: 'alice', nowMs: 1 })
  await store.close()
  return path
}

async function makeClosed(): Promise<string> {
  const path = join(makeTemporaryFolder(), 'broker.db')
  await (await openStoreFile(path)).close()
  return path
}

async function refusalOf(path: string, options?: Parameters<typeof openFile>[1]): Promise<StoreRefusal | undefined> {
  const opened = await openFile(path, options)
  if (!opened.ok) return opened.error
  await opened.value.close()
}

/** Matches a text that has all these words, in this order. */
/** Leaves events behind other ones than those, as a broker does that has been in use. */
async function recordKeys(path: string, details: readonly object[]): Promise<void> {
  const events = [
    ...Array.from({ length: 600 }, (_, n) => `('other-${n}', ${n}, 'client_registered', null)`),
    ...details.map((each, n) => `('keys-${n}', ${1_000 + n}, 'keys_changed', '${JSON.stringify(each)}')`),
  ]
  await executeOn(path, `insert into audit_events (id, at_ms, type, details) values ${events.join()}`)
}

function naming(...words: readonly string[]): unknown {
  return expect.stringMatching(new RegExp(words.map((word) => RegExp.escape(word)).join('.*'), 's'))
}

function readHex(...paths: readonly string[]): readonly string[] {
  return paths.map((path) => readFileSync(path).toString('hex'))
}
