import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { lookAtDatabase, makeDatabase } from './doctor/look-at-database.ts'

describe('the files of a database', () => {
  test('may be read by others where the folder is open to them', async () => {
    const file = await makeDatabase()
    await chmod(join(file, '..'), 0o755)
    await chmod(file, 0o644)
    expect(await lookAtDatabase(file)).toMatchObject([
      { state: 'warning', remedy: expect.stringContaining('chmod 700') },
      { state: 'ok' },
      { check: 'key' },
    ])
    await chmod(join(file, '..'), 0o700)
    expect(await lookAtDatabase(file)).toMatchObject([{ state: 'ok' }, { check: 'key' }])
  })

  test.each([
    { code: 'EACCES', remedy: 'podman unshare chown -R 65532:65532' },
    { code: 'EROFS', remedy: 'Mount the volume writable' },
  ])('may not be written ($code)', async ({ code, remedy }) => {
    const file = await makeDatabase()
    const findAccessProblem = (path: string): string | undefined => (path === file ? code : undefined)
    expect(await lookAtDatabase(file, {}, { findAccessProblem })).toMatchObject([
      { state: 'problem', detail: expect.stringContaining(`may not write ${file} (${code})`), remedy: expect.stringContaining(remedy) },
      { check: 'key', state: 'skipped' },
    ])
  })

  test('may not even be looked at', async () => {
    const file = await makeDatabase()
    const findAccessProblem = (path: string): string | undefined => (file.startsWith(path) ? 'EACCES' : undefined)
    expect(await lookAtDatabase(file, {}, { findAccessProblem })).toMatchObject([
      { state: 'problem', detail: expect.stringContaining(`may not write ${join(file, '..')} (EACCES)`) },
      { state: 'problem' },
      { check: 'key', state: 'skipped' },
    ])
  })

  test('are examined as far as may be when that fails unexpectedly', async () => {
    const readFreeBytes = () => {
      throw Object.assign(new Error('quotes a secret'), { code: 'ENOSYS' })
    }
    const findings = await lookAtDatabase(await makeDatabase(), {}, { readFreeBytes })
    expect(findings).toMatchObject([{ check: 'database', state: 'problem', detail: expect.stringContaining('ENOSYS') }, { check: 'key' }])
    expect(JSON.stringify(findings)).not.toContain('a secret')
  })

  test.each([
    { freeBytes: 100 * 1024 ** 2, states: ['ok', 'ok'] },
    { freeBytes: 100 * 1024 ** 2 - 1, states: ['warning', 'ok', 'ok'] },
    { freeBytes: 10 * 1024 ** 2 - 1, states: ['problem', 'ok', 'ok'] },
  ])('have $freeBytes bytes of room left', async ({ freeBytes, states }) => {
    expect((await lookAtDatabase(await makeDatabase(), {}, { readFreeBytes: () => freeBytes })).map(({ state }) => state)).toEqual(states)
  })
})
