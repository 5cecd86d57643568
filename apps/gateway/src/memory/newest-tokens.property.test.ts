import { err, ok } from '@fjmcp-broker/shared/result'
import { assert, asyncProperty, integer, scheduler as scheduled } from 'fast-check'
import { expect, test } from 'vitest'
import type { Forgejo } from '../upstream/forgejo.ts'
import { createNewestTokens } from './newest-tokens.ts'

/** A Forgejo with one counter for its one user; each request and each reply travels as long as the schedule likes. */
function createModel(travel: (name: string) => Promise<void>) {
  let counter = 0
  const issue = () => {
    counter += 1
    return ok({ accessToken: 'access', refreshToken: String(counter), accessExpiresAtMs: 0 })
  }
  const refresh: Forgejo['refresh'] = async (refreshToken) => {
    await travel('refresh')
    const reply = refreshToken === String(counter) ? issue() : err({ reason: 'grant_refused' as const, detail: 'token was already used' })
    await travel('its reply')
    return reply
  }
  const exchange = async () => {
    await travel('exchange')
    const reply = issue()
    await travel('its reply')
    return reply
  }
  return { refresh, exchange, livingToken: () => String(counter) }
}

test('whatever order requests, replies and writes come in, of several sign-ins of one user the living tokens are kept', async () => {
  await assert(
    asyncProperty(scheduled(), integer({ min: 2, max: 4 }), async (scheduler, count) => {
      const travel = (name: string) => scheduler.schedule(Promise.resolve(), name)
      const forgejo = createModel(travel)
      const newestTokens = createNewestTokens({ forgejo })
      let stored = ''
      const signIns = Array.from({ length: count }, async () => {
        await travel('browser')
        const dated = await newestTokens.ask(forgejo.exchange)
        if (!dated.ok) throw new Error('the model refuses no code')
        await travel('identify')
        const living = await newestTokens.settle('1', dated.value)
        await travel('store')
        if (living !== undefined && newestTokens.areNewest('1', living)) stored = living.tokens.refreshToken
      })
      await scheduler.waitFor(Promise.all(signIns))
      expect(stored).toBe(forgejo.livingToken())
    }),
    { seed: 9700, numRuns: 500 },
  )
})

test('sign-ins of other users are none of its business', async () => {
  const refreshed: string[] = []
  const newestTokens = createNewestTokens({
    forgejo: {
      refresh: async (token) => {
        refreshed.push(token)
        return err({ reason: 'grant_refused', detail: '' })
      },
    },
  })
  const tokens = { accessToken: 'access', refreshToken: 'refresh', accessExpiresAtMs: 0 }
  const [alice, bob] = await Promise.all([newestTokens.ask(async () => ok(tokens)), newestTokens.ask(async () => ok(tokens))])
  if (!alice.ok || !bob.ok) throw new Error('nobody refused them')
  expect(await newestTokens.settle('alice', alice.value)).toBe(alice.value)
  expect(await newestTokens.settle('bob', bob.value)).toBe(bob.value)
  expect(refreshed).toEqual([])
})

test('where Forgejo does not say which of two live, those asked for later are taken', async () => {
  const newestTokens = createNewestTokens({ forgejo: { refresh: async () => err({ reason: 'unavailable', detail: '' }) } })
  const tokens = { accessToken: 'access', refreshToken: 'refresh', accessExpiresAtMs: 0 }
  const [first, second] = await Promise.all([newestTokens.ask(async () => ok(tokens)), newestTokens.ask(async () => ok(tokens))])
  if (!first.ok || !second.ok) throw new Error('nobody refused them')
  expect(await newestTokens.settle('1', second.value)).toBe(second.value)
  expect(await newestTokens.settle('1', first.value)).toBeUndefined()
  expect(newestTokens.areNewest('1', second.value)).toBe(true)
})
