import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { assembleNonblock } from './nonblock/assemble.ts'
import { findNonblock, nonblockFailedCode, nonblockFailedWord, nonblockFolder } from './nonblock.ts'

const nonblock = findNonblock() ?? ''
const platforms = Object.entries(assembleNonblock())

it.each(platforms)('is for %s what is assembled here', (platform, bytes) => {
  expect(readFileSync(join(nonblockFolder, platform)).toHex()).toBe(bytes.toHex())
})

it('is there for the processors that the image is built for, and for no other system', () => {
  expect(platforms.map(([platform]) => platform)).toEqual(['linux-x64', 'linux-arm64'])
  expect(findNonblock('linux-x64')).toBe(join(nonblockFolder, 'linux-x64'))
  expect(findNonblock('darwin-arm64')).toBeUndefined()
})

/** From `asm-generic/fcntl.h`. */
const nonBlocking = 0o4000
const readFlags = `process.stdout.write(/flags:\\s*(\\d+)/.exec(require('node:fs').readFileSync('/proc/self/fdinfo/0', 'utf8'))[1])`

it('lets a program read without blocking, which Node by itself does not', async () => {
  const flagsOf = async (command: string, args: readonly string[]) =>
    Number.parseInt((await promisify(execFile)(command, [...args, '-e', readFlags])).stdout, 8)
  expect((await flagsOf(process.execPath, [])) & nonBlocking).toBe(0)
  expect((await flagsOf(nonblock, [process.execPath])) & nonBlocking).toBe(nonBlocking)
})

it('passes on the arguments and the whole environment, and its own process', () => {
  const say = `console.log(JSON.stringify([process.argv.slice(1), process.env, process.pid]))`
  const { pid, stdout } = spawnSync(nonblock, [process.execPath, '-e', say, 'one', '', 'two words'], {
    env: { A: '1', EMPTY: '' },
    encoding: 'utf8',
  })
  expect(JSON.parse(stdout)).toEqual([['one', '', 'two words'], { A: '1', EMPTY: '' }, pid])
})

it('ends with the number of the system error, and its word, where there is nothing to become', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nonblock-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'text'), 'no program', { mode: 0o755 })
  writeFileSync(join(folder, 'closed'), '', { mode: 0o600 })
  const errorOf = (path: string) => {
    const { status, stdout, stderr } = spawnSync(nonblock, [path], { encoding: 'utf8' })
    expect([stdout, stderr]).toEqual(['', nonblockFailedWord])
    return (status ?? 0) - nonblockFailedCode
  }
  expect(errorOf(join(folder, 'absent'))).toBe(2)
  expect(errorOf(join(folder, 'text'))).toBe(8)
  expect(errorOf(join(folder, 'closed'))).toBe(13)
})
