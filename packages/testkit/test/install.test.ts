import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { expect, onTestFinished, test } from 'vitest'

type Packages = Readonly<Record<string, { readonly version?: string; readonly optional?: true; readonly link?: true }>>

const wanted: Packages = {
  '': { version: '1.0.0' },
  'apps/part': { version: '0.1.0' },
  'node_modules/part': { link: true },
  'node_modules/hono': { version: '4.0.0' },
  'node_modules/binding-other-platform': { version: '1.0.0', optional: true },
  'node_modules/binding': { version: '1.0.0', optional: true },
}
const { '': _root, 'node_modules/binding-other-platform': _other, ...installed } = wanted

test('installs in a fresh clone', async () => {
  expect(await runInstall({ wanted })).toEqual(['ci --include=dev --loglevel=error'])
})

test('installs nothing after any installation of what is wanted, on whatever platform', async () => {
  expect(await runInstall({ wanted, installed })).toEqual([])
})

test('installs nothing after a package was added', async () => {
  const added = { 'node_modules/added': { version: '1.0.0' } }
  expect(await runInstall({ wanted: { ...wanted, ...added }, installed: { ...installed, ...added } })).toEqual([])
})

test.each<{ readonly change: string; readonly packages: Packages }>([
  { change: 'another version', packages: { 'node_modules/hono': { version: '4.0.1' } } },
  { change: 'one more package', packages: { 'node_modules/ws': { version: '8.0.0' } } },
  { change: 'another version of an optional one', packages: { 'node_modules/binding': { version: '1.0.1', optional: true } } },
])('installs again when package-lock.json names $change', async ({ packages }) => {
  expect(await runInstall({ wanted: { ...wanted, ...packages }, installed })).toHaveLength(1)
})

/** Runs it in a tree of its own, where npm only writes down how it was called. Returns these calls. */
async function runInstall(packages: { readonly wanted: Packages; readonly installed?: Packages }): Promise<readonly string[]> {
  const root = await mkdtemp(join(tmpdir(), 'fjmcp-install-'))
  onTestFinished(() => rm(root, { recursive: true }))
  const program = join(root, 'packages/testkit/install.mjs')
  const bin = join(root, 'node_modules/.bin')
  const calls = join(root, 'calls')
  await Promise.all([mkdir(join(root, 'packages/testkit'), { recursive: true }), mkdir(bin, { recursive: true })])
  await Promise.all([
    copyFile(fileURLToPath(new URL('../install.mjs', import.meta.url)), program),
    writeFile(calls, ''),
    writeFile(join(root, 'package.json'), JSON.stringify({ devDependencies: { node: '26.0.0' } })),
    writeFile(join(root, 'package-lock.json'), JSON.stringify({ packages: packages.wanted })),
    writeFile(join(bin, 'node'), '#!/bin/sh\necho v26.0.0\n', { mode: 0o755 }),
    writeFile(join(bin, 'npm'), '#!/bin/sh\necho "$@" >> "$CALLS"\n', { mode: 0o755 }),
    ...(packages.installed === undefined
      ? []
      : [writeFile(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages: packages.installed }))]),
  ])
  await execa(process.execPath, [program], { env: { CALLS: calls, PATH: [bin, process.env['PATH']].join(delimiter) } })
  return (await readFile(calls, 'utf8')).split('\n').filter((line) => line !== '')
}
