import { expect, it } from 'vitest'
import { createManualTime } from '../../test/fixtures/manual-time.ts'
import type { ChildListener } from '../process/child-process.ts'
import { identifyProgram } from './identify-program.ts'

it.each([
  ['forgejo-mcp 2.34.1', { name: 'forgejo-mcp', version: '2.34.1' }],
  ['forgejo-mcp v3.0.0-rc.1', { name: 'forgejo-mcp', version: '3.0.0-rc.1' }],
  ['forgejo-mcp dev', { name: 'forgejo-mcp', version: 'dev' }],
  ['forgejo-mcp \x1b[2J', { name: null, version: null }],
  ['forgejo\u202emcp 1.0.0', { name: null, version: null }],
  ['Usage: something else entirely', { name: null, version: null }],
])('reads %j', async (line, identity) => {
  const { identification, listener } = identify()
  listener().line(line)
  listener().line('more of it')
  listener().ended({ kind: 'exited', exitCode: 1, signal: null }, '')
  expect(await identification.outcome).toEqual({ ok: true, value: identity })
})

it('says why the program cannot be started', async () => {
  const { identification, listener } = identify()
  listener().ended({ kind: 'not_started', cause: { reason: 'not_executable' } }, '')
  expect(await identification.outcome).toEqual({ ok: false, error: { reason: 'not_executable' } })
})

it('ends a program that does not end by itself', () => {
  const { signals, time } = identify()
  time.advance(4_999)
  expect(signals).toEqual([])
  time.advance(1)
  expect(signals).toEqual(['SIGKILL'])
})

function identify() {
  const time = createManualTime()
  const signals: string[] = []
  let heard: ChildListener | undefined
  const identification = identifyProgram({
    program: {
      start(_, listener) {
        heard = listener
        return { pid: undefined, memoryBytes: () => undefined, write: ignore, closeInput: ignore, signal: (signal) => signals.push(signal) }
      },
    },
    groups: { started: ignore, ended: ignore },
    schedule: time.schedule,
  })
  return { identification, signals, time, listener }

  function listener(): ChildListener {
    if (heard === undefined) throw new Error('nothing was started')
    return heard
  }
}

function ignore(): void {}
