import { RunnerUnavailable } from '@fjmcp-broker/shared/runner/runner'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import type { GatewayEnv } from '../src/hono-env.ts'
import { catchAll } from '../src/middleware/catch-all.ts'
import { failureRefusal } from '../src/routes/mcp/refusals.ts'
import { StoreFailure } from '../src/store/store.ts'
import { createCollectedLog } from './oauth/collected-log.ts'

/** What the log holds after an error went through both places that answer what nobody expected. */
async function logOf(error: Error) {
  const log = createCollectedLog()
  const app = new Hono<GatewayEnv>()
  app.get('/', () => {
    throw error
  })
  app.onError(catchAll({ log }))
  await app.request('/')
  failureRefusal(error, log)
  return log
}

test('an error of somebody else is logged by name and place, without its message, which may quote a token', async () => {
  const cause = Object.assign(new RangeError('secret'), { code: 'ERR_CAUSE' })
  const { events, text } = await logOf(new TypeError('secret\nsecret', { cause }))
  const expected = { reason: 'TypeError: RangeError ERR_CAUSE', stack: expect.stringContaining('error-log.test.ts') }
  expect(events.map(({ event, fields }) => [event, fields])).toEqual([
    ['request_failed', { method: 'GET', route: '/', ...expected }],
    ['mcp_request_failed', expected],
  ])
  expect(text).not.toContain('secret')
})

test.each([new StoreFailure('the disk is full'), new RunnerUnavailable('the disk is full')])(
  'an error of ours is logged in its words',
  async (error) => {
    const { events } = await logOf(error)
    expect(events.map(({ fields }) => fields['reason'] ?? fields['detail'])).toEqual([
      expect.stringContaining('the disk is full'),
      'the disk is full',
    ])
  },
)
