import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished } from 'vitest'
import { endProcessGroups } from './end-process-groups.ts'
import { type ProcessIdentity, readStartTime } from './process-identity.ts'

it('kills a leader and all of its group', async () => {
  const group = await startGroup()
  expect(endProcessGroups([group.leader])).toBe(1)
  await group.isGone
})

it('kills what a leader that ended left in its group', async () => {
  const group = await startGroup()
  await group.endLeader()
  expect(readStartTime(group.leader.pid)).toBeNull()
  expect(endProcessGroups([group.leader])).toBe(1)
  await group.isGone
})

it('has nothing to end where all of a group are gone', async () => {
  const group = await startGroup()
  endProcessGroups([group.leader])
  await group.isGone
  // The member closes its output a moment before it is gone, and nothing announces that.
  await expect.poll(() => endProcessGroups([group.leader])).toBe(0)
})

it.each([
  ['whose start is not known', () => null],
  ['of another boot', (startTime: string) => startTime.replace(/^.*:/, 'another boot:')],
  ['that started after all of its members', (startTime: string) => startTime.replace(/\d+$/, (ticks) => `${Number(ticks) + 1e6}`)],
])('leaves the group of a leader alone %s', async (_, change) => {
  const group = await startGroup()
  await group.endLeader()
  expect(endProcessGroups([{ ...group.leader, startTime: change(group.leader.startTime ?? '') }])).toBe(0)
  expect(group.isAlive()).toBe(true)
})

it('leaves a process alone that only has the number of a leader', async () => {
  const group = await startGroup()
  const [boot, ticks] = (group.leader.startTime ?? '').split(':')
  expect(endProcessGroups([{ ...group.leader, startTime: `${boot}:${Number(ticks) - 1}` }])).toBe(0)
  expect(group.isAlive()).toBe(true)
})

/** Starts a leader and a member of its group, which ends with the test. The member holds the leader's output open as long as it lives. */
async function startGroup() {
  const member = `spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: ['ignore', 'inherit', 'ignore'] })`
  const script = `const { pid } = require('node:child_process').${member}; console.log(pid); process.stdin.on('end', () => process.exit()).resume()`
  const parent = spawn(process.execPath, ['-e', script], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] })
  const isGone = once(parent, 'close')
  const exited = once(parent, 'exit')
  const lines = createInterface(parent.stdout)
  const [told] = (await once(lines, 'line')) as [string]
  const memberPid = Number(told)
  onTestFinished(async () => {
    if (isRunning(memberPid)) process.kill(memberPid, 'SIGKILL')
    parent.stdin.end()
    await isGone
  })
  const pid = parent.pid ?? 0
  const leader: ProcessIdentity = { pid, startTime: readStartTime(pid) }
  return {
    leader,
    isGone,
    isAlive: () => isRunning(memberPid),
    async endLeader() {
      parent.stdin.end()
      await exited
    },
  }
}

function isRunning(pid: number): boolean {
  return readStartTime(pid) !== null
}
