import { silentLog } from '@fjmcp-broker/shared/log'
import { expect, test } from 'vitest'
import { createManualTime } from '../../test/fixtures/manual-time.ts'
import { createGatewayWatch } from './gateway-watch.ts'

test('leaves a gateway alone that answers each time', () => {
  const { watch, answer, pass, kills } = create()
  watch.heard()
  answer.does = true
  pass(1_000)
  expect(kills).toEqual([])
})

test('kills one that has connected and answers no more, once', () => {
  const { watch, pass, kills, logged } = create()
  pass(1)
  watch.heard()
  pass(1)
  expect(kills).toEqual([])
  pass(1)
  expect([kills, logged]).toEqual([['first'], [{ event: 'gateway_hung', silentForMs: 20, hadConnected: true }]])
  pass(100)
  expect(kills).toEqual(['first'])
})

test('has more patience with one that never connected', () => {
  const { pass, kills, logged } = create()
  pass(9)
  expect(kills).toEqual([])
  pass(1)
  expect([kills, logged]).toEqual([['first'], [{ event: 'gateway_hung', silentForMs: 100, hadConnected: false }]])
})

test('does not watch one that has ended, and begins anew with the next', () => {
  const { watch, end, pass, kills } = create()
  watch.heard()
  pass(1)
  end()
  watch.begin(() => kills.push('second'))
  pass(9)
  expect(kills).toEqual([])
  pass(1)
  expect(kills).toEqual(['second'])
})

/** Watches a first gateway, for turns of 10 ms. */
function create() {
  const time = createManualTime()
  const kills: string[] = []
  const logged: unknown[] = []
  const answer = { does: false }
  const watch = createGatewayWatch({
    ask() {
      if (answer.does) watch.heard()
    },
    schedule: time.schedule,
    patience: { turnMs: 10, turnsToConnect: 10, turnsToAnswer: 2 },
    log: { ...silentLog, error: (event, fields) => logged.push({ event, ...fields }) },
  })
  const end = watch.begin(() => kills.push('first'))
  return { watch, end, answer, kills, logged, pass: (turns: number) => time.advance(turns * 10) }
}
