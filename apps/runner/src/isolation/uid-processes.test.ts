import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Log, silentLog } from '@fjmcp-broker/shared/log'
import { isAlive } from '@fjmcp-broker/testkit/processes'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemSchedule } from '../schedule.ts'
import { createChildUids } from './child-uids.ts'
import { decideIsolation } from './decide-isolation.ts'
import { readPrivileges } from './privileges.ts'
import { createUidProcesses, runsAs } from './uid-processes.ts'

const range = { first: 31_000, last: 31_009 }
const decided = decideIsolation(range, readPrivileges())
const canIsolate = decided.ok && decided.value.kind === 'uid'

describe.skipIf(!canIsolate)('the processes of a uid (skipped without root and the capabilities SETUID, SETGID, KILL)', () => {
  const processes = createUidProcesses(range)

  it('are found by it, and by no other', async () => {
    const { pid = 0 } = await startAs({ uid: 31_000, gid: 31_000 })
    expect([processes.has(31_000), processes.has(31_001)]).toEqual([true, false])
    expect(runsAs(pid, { uid: 31_000, gid: 31_000 })).toBe(true)
    expect(runsAs(pid, { uid: 31_001, gid: 31_001 })).toBe(false)
  })

  it('are killed, all of them, and nobody else’s', async () => {
    const theirs = [await startAs({ uid: 31_002, gid: 31_002 }), await startAs({ uid: 31_002, gid: 31_002 })]
    const anothers = await startAs({ uid: 31_003, gid: 31_003 })
    expect(processes.kill(31_002, undefined).count).toBeGreaterThanOrEqual(2)
    await Promise.all(theirs.map(untilExit))
    expect(theirs.map(({ signalCode }) => signalCode)).toEqual(['SIGKILL', 'SIGKILL'])
    expect([processes.has(31_002), processes.has(31_003), anothers.signalCode]).toEqual([false, true, null])
  })

  it('are killed though each leaves its session and ends as soon as the next one lives', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'uid-processes-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await chmod(folder, 0o755)
    const chain = join(folder, 'chain')
    // It has an end, for the sake of the machine of whoever breaks this.
    await writeFile(chain, '#!/bin/sh\n[ "$1" = 0 ] || setsid "$0" $(($1 - 1)) &\n')
    await chmod(chain, 0o755)
    const logged: string[] = []
    const keep: Log['warn'] = (event) => logged.push(event)
    const log = { ...silentLog, warn: keep, error: keep }
    const uids = createChildUids({
      range: { first: 31_006, last: 31_006 },
      processes,
      randomInt: () => 0,
      schedule: systemSchedule,
      log,
      longestWaitMs: 20_000,
    })
    const user = uids.take()
    await once(spawn(chain, ['10000'], { ...user?.ids, stdio: 'ignore', cwd: '/' }), 'exit')
    user?.release()
    await uids.emptied()
    expect(logged).not.toContain('child_processes_not_ended')
    expect(listAlive(31_006)).toEqual([])
  })

  it('are told from one that runs as that uid with the group of somebody else', async () => {
    const { pid = 0 } = await startAs({ uid: 31_004, gid: 0 })
    expect(runsAs(pid, { uid: 31_004, gid: 31_004 })).toBe(false)
  })

  it('are told from one that is in more groups', async () => {
    const source = 'process.setgroups([0]); process.setgid(31005); process.setuid(31005); console.log(); setInterval(() => {}, 1e6)'
    const started = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' })
    endAfterTest(started)
    await once(started.stdout, 'data')
    expect(runsAs(started.pid ?? 0, { uid: 31_005, gid: 31_005 })).toBe(false)
  })
})

it('is nobody that is gone', () => {
  expect(runsAs(2_000_001, { uid: 0, gid: 0 })).toBe(false)
})

function listAlive(uid: number): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid === uid && isAlive(pid))
}

async function startAs(user: { readonly uid: number; readonly gid: number }): Promise<ChildProcess> {
  const started = spawn('sleep', ['1000'], { ...user, stdio: 'ignore', cwd: '/' })
  endAfterTest(started)
  await once(started, 'spawn')
  return started
}

function endAfterTest(started: ChildProcess): void {
  onTestFinished(async () => {
    started.kill('SIGKILL')
    await untilExit(started)
  })
}

async function untilExit(started: ChildProcess): Promise<void> {
  if (started.exitCode === null && started.signalCode === null) await once(started, 'exit')
}
