import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
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
    expect(processes.kill(31_002)).toBeGreaterThanOrEqual(2)
    await Promise.all(theirs.map(untilExit))
    expect(theirs.map(({ signalCode }) => signalCode)).toEqual(['SIGKILL', 'SIGKILL'])
    expect([processes.has(31_002), processes.has(31_003), anothers.signalCode]).toEqual([false, true, null])
  })

  it('are told from one that runs as that uid with the group of somebody else', async () => {
    const { pid = 0 } = await startAs({ uid: 31_004, gid: 0 })
    expect(runsAs(pid, { uid: 31_004, gid: 31_004 })).toBe(false)
  })

  it('are told from one that is in more groups', async () => {
    const started = spawn('setpriv', ['--reuid=31005', '--regid=31005', '--groups=0', 'sleep', '1000'], { stdio: 'ignore' })
    endAfterTest(started)
    await expect.poll(() => processes.has(31_005)).toBe(true)
    expect(runsAs(started.pid ?? 0, { uid: 31_005, gid: 31_005 })).toBe(false)
  })
})

it('is nobody that is gone', () => {
  expect(runsAs(2_000_001, { uid: 0, gid: 0 })).toBe(false)
})

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
