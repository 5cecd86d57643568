import { silentLog } from '@fjmcp-broker/shared/log'
import { expect, it } from 'vitest'
import { createFakeProgram } from '../../test/fixtures/fake-program.ts'
import type { ChildProgram } from '../process/child-process.ts'
import type { ChildEvent } from '../supervision/event.ts'
import { createStartChild } from './start-child.ts'

it('tells how many bytes a message has, not how many characters', () => {
  const program = createFakeProgram()
  const { events } = start(program)
  program.child().sayLine('"€€€€€€"')
  expect(events).toMatchObject([{ type: 'received', size: 20 }])
})

it('lets nobody in at the injector for a child that could not be asked for', () => {
  const letIn = new Set<string>()
  const fails = (): never => {
    throw new Error('a bug')
  }
  expect(() => start({ start: fails }, letIn)).toThrow('a bug')
  expect(letIn.size).toBe(0)
})

/** @param letIn The tokens that are worth something. */
function start(program: ChildProgram, letIn = new Set<string>()) {
  const events: ChildEvent[] = []
  const startChild = createStartChild({
    program,
    injector: {
      url: 'http://127.0.0.1:9',
      restore: (line) => line,
      register() {
        letIn.add('token')
        return { token: 'token', bind: ignore, update: ignore, unregister: () => void letIn.delete('token') }
      },
    },
    groups: { started: ignore, ended: ignore },
    maxMessageBytes: 1_000,
    clock: () => 0,
    probe: { childSpoke: ignore, childEnded: ignore },
    log: silentLog,
  })
  startChild({ tell: (event) => events.push(event), describe: () => ({ phase: 'starting' }) })
  return { events }
}

function ignore(): void {}
