import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { decideIsolation } from '../isolation/decide-isolation.ts'
import { readPrivileges } from '../isolation/privileges.ts'
import { measureChildren } from './child-memory.ts'

const uid = 31_020
const decided = decideIsolation({ first: uid, last: uid }, readPrivileges())
const canIsolate = decided.ok && decided.value.kind === 'uid'

it('counts what a process group has started, and nobody else', async () => {
  const { leader, pids } = await startFamily()
  const measured = await measureChildren([{ leader, uid: undefined }])
  const [own = 0, followed = 0] = pids.map(residentBytes)
  expect([...measured.keys()]).toEqual([leader])
  // Without the one that left the group; memory may have changed by a little since.
  expect(Math.abs((measured.get(leader) ?? 0) - own - followed)).toBeLessThan(own / 4)
})

describe.skipIf(!canIsolate)('a child with a uid of its own (skipped without root and the capabilities SETUID, SETGID, KILL)', () => {
  it('counts with what left its process group and its session', async () => {
    const { leader, pids } = await startFamily({ uid, gid: uid })
    const measured = await measureChildren([{ leader, uid }])
    const all = pids.map(residentBytes).reduce((sum, bytes) => sum + bytes, 0)
    expect(Math.abs((measured.get(leader) ?? 0) - all)).toBeLessThan(all / 8)
  })
})

/** A process with two that it started, one in its group, one in a session of its own; all of them are up. A shell, which every user may run. */
async function startFamily(user: { readonly uid?: number; readonly gid?: number } = {}) {
  const member = `sh -c 'echo up; read never' <&3 &`
  const script = `exec 3<&0; ${member} own=$!; setsid ${member} echo $$ $own $!; wait`
  const family = spawn('sh', ['-c', script], { ...user, detached: true, cwd: '/', stdio: ['pipe', 'pipe', 'inherit'] })
  const said: string[] = []
  for await (const line of createInterface(family.stdout)) {
    said.push(line)
    if (said.length === 3) break
  }
  const pids = (said.find((line) => line !== 'up') ?? '').split(' ').map(Number)
  onTestFinished(() => pids.forEach((pid) => process.kill(pid, 'SIGKILL')))
  return { leader: family.pid ?? 0, pids }
}

function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}
