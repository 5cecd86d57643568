import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { resolveProgram } from './resolve-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'resolve-program-'))
mkdirSync(join(folder, 'plain'))
mkdirSync(join(folder, 'bin', 'a-folder'), { recursive: true })
writeFileSync(join(folder, 'plain', 'tool'), '', { mode: 0o644 })
writeFileSync(join(folder, 'bin', 'tool'), '', { mode: 0o755 })
symlinkSync('circle', join(folder, 'circle'))
afterAll(() => rmSync(folder, { recursive: true }))

const searchPath = `${folder}/nowhere::${folder}/plain:${folder}/bin`

it('finds a name on the search path, past a file that may not be executed', () => {
  expect(resolveProgram({ program: 'tool', searchPath })).toEqual({ ok: true, value: join(folder, 'bin', 'tool') })
})

it('takes a path from the working directory and makes it absolute', () => {
  const program = relative(process.cwd(), join(folder, 'bin', 'tool'))
  expect(resolveProgram({ program, searchPath: '' })).toEqual({ ok: true, value: join(folder, 'bin', 'tool') })
})

it.each(['missing', 'a-folder', './missing', 'bin/tool'])('does not find %s', (program) => {
  expect(resolveProgram({ program, searchPath })).toEqual({ ok: false, error: { reason: 'not_found' } })
})

it.each([
  { what: 'leads through a file', program: join(folder, 'bin', 'tool', 'tool') },
  { what: 'leads in a circle', program: join(folder, 'circle') },
  { what: 'is longer than the system takes', program: join(folder, 'x'.repeat(5_000)) },
  { what: 'is none', program: 'a\0b' },
])('does not find a program whose path $what, and goes on past it', ({ program }) => {
  expect(resolveProgram({ program, searchPath })).toEqual({ ok: false, error: { reason: 'not_found' } })
  expect(resolveProgram({ program: 'tool', searchPath: `${program}:${searchPath}` })).toEqual({
    ok: true,
    value: join(folder, 'bin', 'tool'),
  })
})

it('says so when a file is there that may not be executed', () => {
  expect(resolveProgram({ program: join(folder, 'plain', 'tool'), searchPath })).toEqual({ ok: false, error: { reason: 'not_executable' } })
})
