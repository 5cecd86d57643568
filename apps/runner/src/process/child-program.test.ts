import { silentLog } from '@fjmcp-broker/shared/log'
import { expect, it } from 'vitest'
import type { ChildEnd } from '../supervision/event.ts'
import { createChildProgram } from './child-program.ts'
import { type ChildUsers, runnersOwnUser } from './child-user.ts'

it.each([
  { what: 'no user is free', users: { take: () => undefined }, code: 'NO_FREE_UID', remedy: 'start the broker again' },
  { what: 'no user can be looked for', users: { take: outOfDescriptors }, code: 'EMFILE', remedy: '' },
  { what: 'the user does not exist', users: usersWith(-1), code: 'EINVAL', remedy: 'make FJMCP_BROKER_CHILD_UIDS smaller' },
])('says why nothing was started, and tells the operator what to do, where $what', async ({ users, code, remedy }) => {
  const logged: unknown[] = []
  const program = createChildProgram({
    program: process.execPath,
    searchPath: '',
    users,
    log: { ...silentLog, error: (event, fields) => logged.push({ event, ...fields, remedy: fields?.['remedy'] ?? '' }) },
  })
  const { promise, resolve } = Promise.withResolvers<ChildEnd>()
  const listener = { line: () => true, broke: ignore, ended: resolve }
  program.start({ arguments: ['--version'], environment: {}, maxLineBytes: 1_000 }, listener)
  expect(await promise).toEqual({ kind: 'not_started', cause: { reason: 'refused', code } })
  expect(logged).toEqual([{ event: 'child_refused', code, remedy: expect.stringContaining(remedy) }])
})

it('starts children without nonblock once the system has not run that, and says so', async () => {
  const logged: unknown[] = []
  const program = createChildProgram({
    program: process.execPath,
    searchPath: '',
    nonblock: '/dev/null',
    log: { ...silentLog, warn: (event, fields) => logged.push({ event, ...fields }) },
  })
  const ends: ChildEnd[] = []
  for (let starts = 0; starts < 2; starts += 1) {
    const { promise, resolve } = Promise.withResolvers<ChildEnd>()
    program.start({ arguments: ['--version'], environment: {}, maxLineBytes: 1_000 }, { line: () => true, broke: ignore, ended: resolve })
    ends.push(await promise)
  }
  expect(ends).toEqual([
    { kind: 'not_started', cause: { reason: 'not_executable' } },
    { kind: 'exited', exitCode: 0, signal: null },
  ])
  expect(logged).toEqual([{ event: 'nonblock_unusable', path: '/dev/null' }])
})

it('keeps no user for a process that could not be asked for', () => {
  let taken = 0
  const users: ChildUsers = {
    take() {
      taken += 1
      return { ...runnersOwnUser.take(), release: () => void (taken -= 1) }
    },
  }
  const program = createChildProgram({ program: process.execPath, searchPath: '', users })
  const command = { arguments: ['\0'], environment: {}, maxLineBytes: 1_000 }
  expect(() => program.start(command, { line: () => true, broke: ignore, ended: ignore })).toThrow('null bytes')
  expect(taken).toBe(0)
})

function usersWith(id: number): ChildUsers {
  return { take: () => ({ ...runnersOwnUser.take(), ids: { uid: id, gid: id } }) }
}

function ignore(): void {}

function outOfDescriptors(): never {
  throw Object.assign(new Error('too many open files'), { code: 'EMFILE' })
}
