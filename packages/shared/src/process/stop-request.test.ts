import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { listenForStop } from './stop-request.ts'

test('is asked by the first signal and insisted upon by the second, at whatever interval', () => {
  const { send, state } = listen()
  expect(state()).toEqual({ asked: false, insisted: false })
  send('SIGTERM')
  expect(state()).toEqual({ asked: true, insisted: false })
  send('SIGTERM')
  expect(state()).toEqual({ asked: true, insisted: true })
})

test('takes a Ctrl-C that arrives twice within half a second for one', () => {
  const { send, state, pass } = listen()
  send('SIGINT')
  pass(499)
  send('SIGINT')
  expect(state()).toEqual({ asked: true, insisted: false })
  pass(500)
  send('SIGINT')
  expect(state()).toEqual({ asked: true, insisted: true })
})

test('is insisted upon by a Ctrl-C soon after another signal', () => {
  const { send, state } = listen()
  send('SIGTERM')
  send('SIGINT')
  expect(state()).toEqual({ asked: true, insisted: true })
})

test('leaves the signals to the system again when it is released', () => {
  const { send, state, release } = listen()
  release()
  expect(send('SIGTERM')).toBe('ends the process')
  expect(state()).toEqual({ asked: false, insisted: false })
})

function listen() {
  const source = new EventEmitter()
  let nowMs = 1_000
  const { asked, insisted, release } = listenForStop({ source, signals: ['SIGTERM', 'SIGINT'], clock: () => nowMs })
  return {
    // A signal that nobody listens for does what the system has it do.
    send: (signal: string) => (source.emit(signal, signal) ? 'is heard' : 'ends the process'),
    pass: (ms: number) => void (nowMs += ms),
    release,
    state: () => ({ asked: asked.aborted, insisted: insisted.aborted }),
  }
}
