import { silentLog } from '@fjmcp-broker/shared/log'
import { expect, it } from 'vitest'
import { createStartChild } from './start-child.ts'

it('lets nobody in at the injector for a child that could not be asked for', () => {
  const letIn = new Set<string>()
  const startChild = createStartChild({
    program: {
      start() {
        throw new Error('a bug')
      },
    },
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
  expect(() => startChild({ tell: ignore, describe: () => ({ phase: 'starting' }) })).toThrow('a bug')
  expect(letIn.size).toBe(0)
})

function ignore(): void {}
