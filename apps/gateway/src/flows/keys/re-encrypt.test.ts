import { silentLog } from '@fjmcp-broker/shared/log'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createCollectedLog } from '../../../test/oauth/collected-log.ts'
import type { AuditEvent } from '../../domain/audit/audit-event.ts'
import { fillWithUsers } from '../../store/libsql/testing/fill-with-users.ts'
import { openStoreFile } from '../../store/libsql/testing/open-file.ts'
import { makeKey, type TestKeys } from '../../store/libsql/testing/sealer.ts'
import { type Store, StoreFailure } from '../../store/store.ts'
import { type Reencryption, reencrypt } from './re-encrypt.ts'
import { takeUpKeys } from './take-up-keys.ts'

const former: TestKeys = { encryptionKeys: [makeKey('former')] }
const changed: TestKeys = { encryptionKeys: [makeKey('new'), makeKey('former')] }
const neverStopping = new AbortController().signal

describe('re-encryption', () => {
  test('tells how far it is after each part, and keeps what was done', async () => {
    const { store, recorded, deps } = await openFilled(50)
    const progress: Reencryption[] = []
    const done = await reencrypt(deps, { stopping: neverStopping, onProgress: (now) => progress.push(now) })
    expect(done).toEqual({ total: 50, checked: 50, resealed: 50, damaged: 0, isComplete: true })
    expect(progress.map(({ checked, total }) => [checked, total])).toEqual([
      [20, 50],
      [40, 50],
      [50, 50],
    ])
    const [{ id: keyId }] = store.keys.loaded
    const details = { keyId, keyName: 'new', resealed: 50, damaged: 0, isComplete: true }
    expect(recorded).toEqual([{ type: 'keys_changed', details }])
    expect(await store.keys.uses()).toEqual([{ keyId, rows: 50 }])
  })

  test('is stopped after the part under way, and goes on when it is done again', async () => {
    const { store, recorded, deps } = await openFilled(50)
    const stopping = new AbortController()
    const first = await reencrypt(deps, { stopping: stopping.signal, onProgress: () => stopping.abort() })
    expect(first).toMatchObject({ checked: 20, resealed: 20, isComplete: false })
    expect(await store.keys.uses()).toMatchObject([{ rows: 30 }, { rows: 20 }])
    expect(await reencrypt(deps, { stopping: neverStopping })).toMatchObject({ checked: 50, resealed: 30, isComplete: true })
    expect(recorded.map(({ details }) => details?.['resealed'])).toEqual([20, 30])
  })

  test('lets two at once come to the same end', async () => {
    const { store, deps } = await openFilled(50)
    const both = await Promise.all([reencrypt(deps, { stopping: neverStopping }), reencrypt(deps, { stopping: neverStopping })])
    expect(both.map(({ isComplete }) => isComplete)).toEqual([true, true])
    expect(both.reduce((sum, { resealed }) => sum + resealed, 0)).toBe(50)
    expect(await store.keys.uses()).toMatchObject([{ rows: 50 }])
  })

  test('lets others in between its parts', async () => {
    const { deps } = await openFilled(50)
    await reencrypt(deps, { stopping: neverStopping })
    // All is sealed with the right key now, so that nothing of it waits for anything but the database.
    const order: string[] = []
    const turn = new Promise<void>((resolve) => {
      setTimeout(() => {
        order.push('other')
        resolve()
      }, 0)
    })
    await reencrypt(deps, { stopping: neverStopping, onProgress: ({ checked }) => order.push(String(checked)) })
    await turn
    expect(order.indexOf('other')).toBeLessThan(order.indexOf('50'))
  })

  test('keeps nothing where nothing was to be done', async () => {
    const { recorded, deps } = await openFilled(1, former)
    expect(await reencrypt(deps, { stopping: neverStopping })).toMatchObject({ total: 1, resealed: 0, isComplete: true })
    expect(recorded).toEqual([])
  })
})

describe('after a start', () => {
  test('with another key, it is known which one encrypts, and everything is sealed with it', async () => {
    const { store, recorded, deps } = await openFilled(2)
    const [current, old] = store.keys.loaded
    const log = createCollectedLog()
    await takeUpKeys({ ...deps, log, stopping: neverStopping })
    expect(log.events).toMatchObject([{ level: 'info', event: 'credentials_resealed', fields: { keyId: current.id, count: 2 } }])
    expect(recorded).toMatchObject([
      { type: 'keys_changed', details: { keyId: current.id, keyName: 'new', formerKeyId: old?.id, formerKeyName: 'former' } },
      { type: 'keys_changed', details: { resealed: 2, isComplete: true } },
    ])
    expect(await store.keys.uses()).toEqual([{ keyId: current.id, rows: 2 }])
    expect(await store.keys.recordedId()).toBe(current.id)
  })

  test('with the same key nothing is done or said', async () => {
    const { recorded, deps } = await openFilled(2, former)
    const log = createCollectedLog()
    await takeUpKeys({ ...deps, log, stopping: neverStopping })
    expect([recorded, log.events]).toEqual([[], []])
  })

  test('goes on with what an earlier start left', async () => {
    const { store, recorded, deps } = await openFilled(60)
    await store.keys.recordEncrypting()
    await store.keys.resealNext({ after: undefined, limit: 20 })
    await takeUpKeys({ ...deps, stopping: neverStopping })
    expect(recorded).toMatchObject([{ type: 'keys_changed', details: { resealed: 40, isComplete: true } }])
  })

  test('says that it failed, and does not keep the broker from going on', async () => {
    const { store, deps } = await openFilled(1)
    const failing: Store = { ...store, keys: { ...store.keys, count: () => Promise.reject(new StoreFailure('the disk is full')) } }
    const log = createCollectedLog()
    await takeUpKeys({ ...deps, store: failing, log, stopping: neverStopping })
    expect(log.events).toMatchObject([{ level: 'error', event: 'credentials_not_resealed', fields: { reason: 'the disk is full' } }])
  })
})

async function openFilled(users: number, keys: TestKeys = changed) {
  const { path } = await fillWithUsers(users, former)
  const store = await openStoreFile(path, keys)
  onTestFinished(() => store.close())
  const recorded: AuditEvent[] = []
  const record = (event: AuditEvent): void => void recorded.push(event)
  return { store, recorded, deps: { store, log: silentLog, record } }
}
