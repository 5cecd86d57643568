import { expect, test } from 'vitest'
import type { LogFields } from '@fjmcp-broker/shared/log'
import { silentLog } from '@fjmcp-broker/shared/log'
import { silentProbe } from '../probe.ts'
import { createRateLimits } from './rate-limits.ts'

function createLimits() {
  const clock = { nowMs: 1_000_000 }
  const warned: LogFields[] = []
  const log = { ...silentLog, warn: (event: string, fields: LogFields = {}) => void warned.push({ event, ...fields }) }
  const settings = { registrationsPerMinute: 2, signInsPerMinute: 2, tokenRequestsPerMinute: 2, failedTokensPerMinute: 2 }
  return { clock, warned, limits: createRateLimits({ settings, clock: () => clock.nowMs, log, probe: silentProbe }) }
}

test('says the first refusal at once, and how many more there were a minute later', () => {
  const { clock, warned, limits } = createLimits()
  for (let n = 0; n < 1_002; n++) limits.failedTokens.take('192.0.2.1')
  expect(warned).toEqual([{ event: 'rate_limited', limit: 'failed_tokens', refused: 1, lastKey: '192.0.2.1' }])
  clock.nowMs += 60_000
  limits.failedTokens.take('192.0.2.2')
  expect(warned.slice(1)).toEqual([{ event: 'rate_limited', limit: 'failed_tokens', refused: 999, lastKey: '192.0.2.1' }])
})

test('says nothing of a limit that refuses nobody, and each limit for itself', () => {
  const { clock, warned, limits } = createLimits()
  limits.signIns.take('192.0.2.1')
  clock.nowMs += 120_000
  limits.signIns.take('192.0.2.1')
  expect(warned).toEqual([])
  for (let n = 0; n < 3; n++) {
    limits.signIns.take('192.0.2.1')
    limits.callbacks.take('192.0.2.1')
  }
  expect(warned.map(({ limit }) => limit)).toEqual(['sign_ins', 'callbacks'])
})

test('no address by itself uses up what is there for all, or what a client may get', () => {
  const { limits } = createLimits()
  const countTaken = (take: () => number) => Array.from({ length: 100 }, take).filter((seconds) => seconds === 0).length
  const ofAddress = countTaken(() => limits.registrations.take('192.0.2.1'))
  expect(countTaken(() => limits.allRegistrations.take('everybody'))).toBe(ofAddress * 5)
  expect(countTaken(() => limits.tokensOfClient.take('cli'))).toBe(countTaken(() => limits.tokenRequests.take('192.0.2.1')) * 4)
})
