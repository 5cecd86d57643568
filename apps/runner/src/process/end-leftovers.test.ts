import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log } from '@fjmcp-broker/shared/log'
import { readStartTime } from '@fjmcp-broker/shared/process/process-identity'
import { afterAll, beforeEach, expect, it, onTestFinished } from 'vitest'
import { endLeftovers } from './end-leftovers.ts'
import { createLiveRecord } from './live-record.ts'

const folder = mkdtempSync(join(tmpdir(), 'end-leftovers-'))
const path = join(folder, 'children.json')
const deadRunner = { pid: 1, startTime: 'another boot:1' }
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => rmSync(path, { force: true }))

it('ends a process that is still the one on record', async () => {
  const leftover = startLeftover()
  writeFileSync(path, JSON.stringify({ runner: deadRunner, children: [leftover.identity] }))
  expect(start()).toEqual(['leftover_children_ended'])
  expect(await leftover.ended).toBe('SIGKILL')
})

it('leaves a process alone that only has the number of one on record', async () => {
  const stranger = startLeftover()
  const others = [
    { ...stranger.identity, startTime: 'this boot:1' },
    { ...stranger.identity, startTime: null },
  ]
  writeFileSync(path, JSON.stringify({ runner: deadRunner, children: others }))
  expect(start()).toEqual([])
  expect(stranger.isAlive()).toBe(true)
})

it('leaves the children of a runner alone that lives, and its record too', async () => {
  const child = startLeftover()
  const runner = startLeftover()
  const record = JSON.stringify({ runner: runner.identity, children: [child.identity] })
  writeFileSync(path, record)
  expect(start()).toEqual(['child_record_in_use'])
  expect(child.isAlive()).toBe(true)
  expect(readFileSync(path, 'utf8')).toBe(record)
})

it.each(['', 'null', '{"runner":{"pid":1,"startTime":null},"children":[{"pid":-1,"startTime":"x"}]}', '[{"pid":1}]'])(
  'warns of a record that reads %j, and replaces it',
  (record) => {
    writeFileSync(path, record)
    expect(start()).toEqual(['child_record_unreadable'])
    expect(start()).toEqual([])
  },
)

it.runIf(process.getuid?.() === 0)(
  'kills nobody whom another user named, and writes into nothing of another user (needs root)',
  async () => {
    const stranger = startLeftover()
    writeFileSync(path, JSON.stringify({ runner: deadRunner, children: [stranger.identity] }))
    const elsewhere = join(folder, 'elsewhere')
    writeFileSync(elsewhere, 'as it was')
    symlinkSync(elsewhere, `${path}.new`)
    for (const file of [path, elsewhere]) chownSync(file, 65_532, 65_532)
    expect(start()).toEqual(['child_record_unreadable'])
    expect(stranger.isAlive()).toBe(true)
    expect(readFileSync(elsewhere, 'utf8')).toBe('as it was')
    expect(statSync(path)).toMatchObject({ uid: 0 })
  },
)

it('takes a record that is not there for an empty one, and warns of one that it cannot write', () => {
  expect(start()).toEqual([])
  expect(start(join(folder, 'nowhere', 'children.json'))).toEqual(['child_record_not_written'])
})

/** What was warned of. */
function start(file = path): readonly string[] {
  const warnings: string[] = []
  const log: Log = { debug: ignore, info: ignore, warn: (event) => warnings.push(event), error: ignore }
  endLeftovers({ record: createLiveRecord({ path: file, log }), log })
  return warnings
}

function startLeftover() {
  const leftover = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { detached: true, stdio: 'ignore' })
  const ended = once(leftover, 'exit').then(([, signal]: readonly unknown[]) => signal)
  onTestFinished(async () => {
    leftover.kill('SIGKILL')
    await ended
  })
  const pid = leftover.pid ?? 0
  return {
    identity: { pid, startTime: readStartTime(pid) },
    ended,
    isAlive: () => leftover.exitCode === null && leftover.signalCode === null,
  }
}

function ignore(): void {}
