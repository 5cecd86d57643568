import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Isolation } from './decide-isolation.ts'
import { openSocketToGateway, prepareSocketFolder } from './socket-folder.ts'

const together: Isolation = { kind: 'none', warning: undefined }
const apart: Isolation = { kind: 'uid', childUids: { first: 10_000, last: 19_999 } }
let parent = ''
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'socket-folder-'))
  onTestFinished(() => rmSync(parent, { recursive: true }))
})

it('is for us alone where all processes run under one uid', () => {
  const path = join(parent, 'data', 'run')
  expect(prepareSocketFolder(path, together).ok).toBe(true)
  expect(modeOf(path)).toBe('700')
})

it('says why it cannot be made', () => {
  writeFileSync(join(parent, 'file'), '')
  const path = join(parent, 'file', 'run')
  expect(prepareSocketFolder(path, together)).toEqual({
    ok: false,
    error: { reason: 'cannot_listen', detail: `the folder ${path} cannot be made (ENOTDIR)` },
  })
})

describe.skipIf(process.getuid?.() !== 0)('with a gateway of another uid (needs root)', () => {
  it('is made for root and the gateway, neither of whom can take away what the other made', () => {
    const path = join(parent, 'run')
    expect(prepareSocketFolder(path, apart).ok).toBe(true)
    expect(statSync(path)).toMatchObject({ uid: 0, gid: 65_532 })
    expect(modeOf(path)).toBe('1770')
    expect(process.getegid?.()).toBe(0)
  })

  it('is taken over where root made it already, and once more at the next start', () => {
    const path = join(parent, 'run')
    mkdirSync(path, { mode: 0o755 })
    for (const start of [1, 2]) {
      expect(prepareSocketFolder(path, apart), `start ${start}`).toEqual({ ok: true, value: undefined })
      expect(modeOf(path)).toBe('1770')
    }
  })

  it.each([
    ['that is another user’s', (path: string) => chownSync(path, 65_532, 65_532)],
    ['that everybody can write', (path: string) => chmodSync(path, 0o1777)],
  ])('refuses one %s', (_, spoil) => {
    const path = join(parent, 'run')
    mkdirSync(path)
    spoil(path)
    expect(prepareSocketFolder(path, apart)).toEqual({
      ok: false,
      error: { reason: 'cannot_listen', detail: expect.stringContaining('has to be root') },
    })
    expect(statSync(path).mode & 0o1777).not.toBe(0o1770)
  })

  it('does not follow a link to a folder that everybody can write', () => {
    const path = join(parent, 'run')
    const elsewhere = join(parent, 'elsewhere')
    mkdirSync(elsewhere)
    chmodSync(elsewhere, 0o1777)
    symlinkSync(elsewhere, path)
    expect(prepareSocketFolder(path, apart)).toMatchObject({ ok: false })
  })

  it('does not make the folders above it, which the gateway could not pass through', () => {
    expect(prepareSocketFolder(join(parent, 'data', 'run'), apart)).toEqual({
      ok: false,
      error: { reason: 'cannot_listen', detail: expect.stringContaining('ENOENT') },
    })
  })

  it('opens a socket to the gateway and to nobody else', () => {
    const path = join(parent, 'runner.sock')
    writeFileSync(path, '', { mode: 0o600 })
    openSocketToGateway(path)
    expect(statSync(path)).toMatchObject({ uid: 0, gid: 65_532 })
    expect(modeOf(path)).toBe('660')
  })
})

function modeOf(path: string): string {
  return (statSync(path).mode & 0o7777).toString(8)
}
