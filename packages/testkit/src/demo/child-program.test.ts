import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { err } from '@fjmcp-broker/shared/result'
import { expect, onTestFinished, test } from 'vitest'
import { chooseChild } from './child-program.ts'

test('takes a path as it is named, from the working folder on', async () => {
  const { folder, searchPath, program } = await createFiles()
  const named = `./${relative(process.cwd(), program)}`
  expect(await chooseChild({ named, searchPath: '', folder })).toMatchObject({ ok: true, value: { path: program } })
  expect(await chooseChild({ named: program, searchPath, folder })).toMatchObject({ ok: true, value: { path: program } })
})

test('looks a bare name up on the PATH', async () => {
  const { folder, searchPath, program } = await createFiles()
  expect(await chooseChild({ named: 'forgejo-mcp', searchPath, folder })).toMatchObject({ ok: true, value: { path: program } })
})

test.each([
  { named: './nothing-here', why: 'there is no file there.' },
  { named: 'nothing-here', why: 'no program of that name is on the PATH.' },
  { named: 'plain-file', why: 'that file is not executable.' },
  { named: tmpdir(), why: 'there is no file there.' },
])('says what is wrong with $named', async ({ named, why }) => {
  const { folder, searchPath } = await createFiles()
  expect(await chooseChild({ named, searchPath, folder })).toEqual(err(`FJMCP_BROKER_FORGEJO_MCP names ${named}: ${why}`))
})

test.each([undefined, ''])('finds the real forgejo-mcp on the PATH when none is named (%j)', async (named) => {
  const { folder, searchPath, program } = await createFiles()
  expect(await chooseChild({ named, searchPath, folder })).toMatchObject({ ok: true, value: { path: program } })
})

test('makes a stand-in when the PATH has only a folder of that name', async () => {
  const { folder, program } = await createFiles()
  const named = undefined
  const searchPath = join(folder, 'misleading')
  await mkdir(join(searchPath, 'forgejo-mcp'), { recursive: true })
  const chosen = await chooseChild({ named, searchPath, folder })
  expect(chosen).toMatchObject({ ok: true, value: { description: expect.stringContaining('stand-in') } })
  expect(chosen.ok && dirname(chosen.value.path)).toBe(folder)
  expect(chosen.ok && chosen.value.path).not.toBe(program)
})

async function createFiles(): Promise<{ readonly folder: string; readonly searchPath: string; readonly program: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'fjmcp-choose-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const searchPath = join(folder, 'bin')
  const program = join(searchPath, 'forgejo-mcp')
  await mkdir(searchPath)
  await writeFile(program, '', { mode: 0o755 })
  await writeFile(join(searchPath, 'plain-file'), '', { mode: 0o644 })
  return { folder, searchPath, program }
}
