import { silentLog } from '@fjmcp-broker/shared/log'
import { expect, test } from 'vitest'
import { createForbiddenUsers } from './forbidden-users.ts'
import type { Upstream } from './upstream.ts'

function setUp() {
  const state = { nowMs: 0, status: 403, asked: 0, told: 0 }
  const upstream: Pick<Upstream, 'send'> = {
    send(_, handler) {
      state.asked += 1
      queueMicrotask(() => handler.head({ status: state.status, headers: {} }))
      return { resume: () => undefined, abort: () => undefined }
    },
  }
  const log = { ...silentLog, warn: () => void (state.told += 1) }
  const notice = createForbiddenUsers({ upstream, path: '/api/v1/user', userAgent: 'broker/1', clock: () => state.nowMs, log })
  async function forbid(status: number, userId = 'alice') {
    state.status = status
    notice({ userId, authorization: 'Bearer token' })
    await Promise.resolve()
    state.nowMs += 600_000
  }
  return { state, notice, forbid }
}

test('tells once of a user who stays forbidden, and again of one who was allowed in between', async () => {
  const { state, forbid } = setUp()
  await forbid(403)
  await forbid(403)
  expect(state).toMatchObject({ asked: 2, told: 1 })
  await forbid(502)
  await forbid(403)
  expect(state.told).toBe(1)
  await forbid(200)
  await forbid(403)
  expect(state.told).toBe(2)
})

test('asks about a user every ten minutes at most, and about each by themselves', () => {
  const { state, notice } = setUp()
  const authorization = 'Bearer token'
  notice({ userId: 'alice', authorization })
  state.nowMs = 599_999
  notice({ userId: 'alice', authorization })
  expect(state.asked).toBe(1)
  notice({ userId: 'bob', authorization })
  expect(state.asked).toBe(2)
  state.nowMs = 600_000
  notice({ userId: 'alice', authorization })
  expect(state.asked).toBe(3)
})
