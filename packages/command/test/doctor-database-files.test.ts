import { chmod, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { lookAtDatabase, makeDatabase, makeFolder } from './doctor/look-at-database.ts'

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
    { code: 'EACCES', isContainer: true, remedy: /^On the host: podman unshare chown -R 65532:65532 "\$\(podman volume inspect [^/]+$/ },
    { code: 'EACCES', isContainer: false, remedy: /^As root: chown 65532:65532 \S+\/broker\.db$/ },
    { code: 'EROFS', isContainer: false, remedy: /^Mount the volume writable/ },
  ])('may not be written ($code, in a container: $isContainer)', async ({ code, isContainer, remedy }) => {
    const file = await makeDatabase()
    const findAccessProblem = (path: string): string | undefined => (path === file ? code : undefined)
    expect(await lookAtDatabase(file, {}, { findAccessProblem, isContainer })).toMatchObject([
      { state: 'problem', detail: expect.stringContaining(`may not write ${file} (${code})`), remedy: expect.stringMatching(remedy) },
      { check: 'key', state: 'skipped' },
    ])
  })

  test('lie in a folder that may not be written: no command is told for what is above it, or for all below', async () => {
    const folder = await makeFolder()
    const findAccessProblem = (path: string): string | undefined => (path === folder ? 'EACCES' : undefined)
    const [problem] = await lookAtDatabase(join(folder, 'broker.db'), {}, { findAccessProblem })
    expect(problem).toMatchObject({ remedy: expect.stringContaining(`as root: chown 65532:65532 ${folder}; else`) })
    const [atTop] = await lookAtDatabase('/broker.db', {}, { findAccessProblem: (path) => (path === '/' ? 'EACCES' : undefined) })
    expect(atTop).toMatchObject({ state: 'problem', remedy: expect.not.stringContaining('chown') })
  })

  test("lie in a folder that is the broker's, but closed", async () => {
    const folder = await makeFolder()
    const uid = (await stat(folder)).uid
    const findAccessProblem = (path: string): string | undefined => (path === folder ? 'EACCES' : undefined)
    const [problem] = await lookAtDatabase(join(folder, 'broker.db'), {}, { findAccessProblem, uid })
    expect(problem).toMatchObject({ remedy: expect.stringContaining(`chmod u+rwX ${folder};`) })
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
