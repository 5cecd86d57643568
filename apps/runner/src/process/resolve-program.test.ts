import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { resolveProgram } from './resolve-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'resolve-program-'))
mkdirSync(join(folder, 'plain'))
mkdirSync(join(folder, 'bin', 'a-folder'), { recursive: true })
writeFileSync(join(folder, 'plain', 'tool'), '', { mode: 0o644 })
writeFileSync(join(folder, 'bin', 'tool'), '', { mode: 0o755 })
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

it('says so when a file is there that may not be executed', () => {
  expect(resolveProgram({ program: join(folder, 'plain', 'tool'), searchPath })).toEqual({ ok: false, error: { reason: 'not_executable' } })
})
