import type { RunnerFrame } from '@fjmcp-broker/shared/runner/frames'
import { silentLog } from '@fjmcp-broker/shared/log'
import { ok } from '@fjmcp-broker/shared/result'
import type { StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import { expect, it } from 'vitest'
import { createManualTime } from '../../test/fixtures/manual-time.ts'
import { createReadings } from './readings.ts'

const progress: StreamEvent = { id: '1', final: false, message: { jsonrpc: '2.0', method: 'notifications/progress' } }
const response: StreamEvent = { id: '2', final: true, message: { jsonrpc: '2.0', id: 1, result: {} } }

it('says that a call was taken where nothing comes of it for a second', async () => {
  expect(await framesOf([1_000, response])).toEqual(['accepted', 'event'])
})

it('does not say so after something has come of it', async () => {
  expect(await framesOf([progress, 1_000, response])).toEqual(['event', 'event'])
})

/** What the gateway is sent where these events come of a call, with so many milliseconds between. */
async function framesOf(happenings: readonly (StreamEvent | number)[]): Promise<readonly RunnerFrame['type'][]> {
  const time = createManualTime()
  const sent: RunnerFrame['type'][] = []
  async function* events(): AsyncGenerator<StreamEvent> {
    for (const next of happenings) {
      if (typeof next === 'number') time.advance(next)
      else yield next
    }
  }
  const readings = createReadings({
    runner: { events: async () => ok(events()), call: async () => ok(events()) },
    writer: { write: (frame) => sent.push(frame.type) > 0, isCongested: () => false },
    schedule: time.schedule,
    log: silentLog,
  })
  await readings.start({ type: 'call', id: 1, key: 's:1', stream: 'one', message: { jsonrpc: '2.0', id: 1, method: 'tools/call' } })
  time.advance(1_000)
  return sent
}
