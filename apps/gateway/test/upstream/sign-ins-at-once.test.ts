import { expect, test } from 'vitest'
import type { Forgejo } from '../../src/upstream/forgejo.ts'
import { createHarness, type Harness, type SignedIn } from '../harness.ts'
import { mcpStatus } from '../oauth/mcp-status.ts'
import { stopBeforeCallback } from '../oauth/stop-before-callback.ts'

async function expectRenewable(harness: Harness, { userId, tokens }: SignedIn): Promise<void> {
  harness.forgejo.expireAccessTokens()
  const { generation } = await harness.runner.renewCredential(userId)
  expect(await harness.runner.renewCredential(userId)).toMatchObject({ generation: generation + 1, accessToken: expect.any(String) })
  expect(await mcpStatus(harness, tokens.access_token)).toBe(200)
}

/** Replies of Forgejo to the exchange of codes, each held back until it is let go. */
function holdReplies() {
  const replies: PromiseWithResolvers<void>[] = []
  const arrived = Promise.withResolvers<void>()
  let isHolding = false
  const wrapForgejo = (forgejo: Forgejo): Forgejo => ({
    ...forgejo,
    async exchangeCode(request) {
      if (!isHolding) return forgejo.exchangeCode(request)
      const reply = Promise.withResolvers<void>()
      const answer = await forgejo.exchangeCode(request)
      replies.push(reply)
      if (replies.length === 2) arrived.resolve()
      await reply.promise
      return answer
    },
  })
  return { wrapForgejo, replies, bothArrived: arrived.promise, hold: () => (isHolding = true) }
}

test.each([
  ['in the order that Forgejo gave them', [0, 1]],
  ['in the other order', [1, 0]],
])('two sign-ins of one user at once leave the tokens that live, with replies that come %s', async (_, order) => {
  const { wrapForgejo, replies, bothArrived, hold } = holdReplies()
  const harness = await createHarness({ wrapForgejo })
  const first = await harness.signIn({ login: 'alice' })
  const [one, other] = [await stopBeforeCallback(harness), await stopBeforeCallback(harness)]
  hold()
  const both = [one.goOn(one.browser), other.goOn(other.browser)]
  await bothArrived
  for (const index of order) {
    replies[index]?.resolve()
    await Promise.race(both)
  }
  const arrived = await Promise.all(both)
  expect(arrived.map(({ url }) => new URL(url).searchParams.has('code'))).toEqual([true, true])
  await harness.settled()
  await expectRenewable(harness, first)
})

test('a refresh that a sign-in overtakes does not end the sign-ins, though it hears of it before the store', async () => {
  const [identifying, told, refused] = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let isSlow = false
  const wrapForgejo = (forgejo: Forgejo): Forgejo => ({
    ...forgejo,
    async identify(accessToken) {
      identifying.resolve()
      if (isSlow) await told.promise
      return forgejo.identify(accessToken)
    },
    async refresh(refreshToken) {
      const answer = await forgejo.refresh(refreshToken)
      if (!answer.ok) refused.resolve()
      return answer
    },
  })
  const harness = await createHarness({ wrapForgejo })
  const { browser, goOn } = await stopBeforeCallback(harness)
  const first = await harness.signIn({ login: 'alice' })
  isSlow = true
  const arriving = goOn(browser)
  await identifying.promise
  harness.runner.rejectCredential({ userId: first.userId, generation: 1 })
  await refused.promise
  expect(await harness.store.credentials.find(first.userId)).toMatchObject({ generation: 1, state: 'live' })
  told.resolve()
  await arriving
  await harness.settled()
  expect(harness.log.events).not.toContainEqual(expect.objectContaining({ event: 'credential_died' }))
  expect(harness.runner.credentialOf(first.userId)).toMatchObject({ generation: 2, accessToken: expect.any(String) })
  await expectRenewable(harness, first)
})

test('a refresh that loses the race against a sign-in takes what the sign-in brought', async () => {
  const harness = await createHarness()
  const first = await harness.signIn({ login: 'alice' })
  const { browser, goOn } = await stopBeforeCallback(harness)
  const hold = harness.forgejo.holdTokenEndpoint('counter')
  const arriving = goOn(browser)
  await hold.reached(1)
  harness.runner.rejectCredential({ userId: first.userId, generation: 1 })
  await hold.reached(2)
  hold.release()
  expect(new URL((await arriving).url).searchParams.has('code')).toBe(true)
  await harness.settled()
  expect(harness.forgejo.journal.refreshes).toEqual({ asked: 1, succeeded: 0 })
  expect(harness.runner.credentialOf(first.userId)).toMatchObject({ generation: 2, accessToken: expect.any(String) })
  await expectRenewable(harness, first)
})

test('a sign-in that loses the race against a refresh is told to connect again, and the refresh stands', async () => {
  const harness = await createHarness()
  const first = await harness.signIn({ login: 'alice' })
  const { browser, goOn } = await stopBeforeCallback(harness)
  const hold = harness.forgejo.holdTokenEndpoint('counter')
  harness.runner.rejectCredential({ userId: first.userId, generation: 1 })
  await hold.reached(1)
  const arriving = goOn(browser)
  await hold.reached(2)
  hold.release()
  expect(new URL((await arriving).url).searchParams.get('error')).toBe('temporarily_unavailable')
  await harness.settled()
  expect(harness.runner.credentialOf(first.userId)).toMatchObject({ generation: 2, accessToken: expect.any(String) })
  await expectRenewable(harness, first)
})
