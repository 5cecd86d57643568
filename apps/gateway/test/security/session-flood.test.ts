import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { openSession } from '../mcp/open-session.ts'

test('who begins very many sessions at once keeps nobody else waiting, neither for a session nor for an answer', async () => {
  const harness = await createHarness()
  const [alice, bob] = [await harness.signIn({ login: 'alice' }), await harness.signIn({ login: 'bob' })]
  await openSession(harness, alice.tokens.access_token)
  const known = await openSession(harness, bob.tokens.access_token)
  let begun = 0
  const flood = Array.from({ length: 100 }, async () => {
    await openSession(harness, alice.tokens.access_token)
    begun += 1
  })
  const others: readonly Promise<unknown>[] = [
    openSession(harness, bob.tokens.access_token),
    known.call(1),
    Promise.resolve(harness.fetch(new Request('https://mcp.example.test/healthz'))),
  ]
  const begunBefore = await Promise.all(others.map((other) => other.then(() => begun)))
  expect(begunBefore.filter((count) => count > 10)).toEqual([])
  await Promise.all(flood)
})

test('who asks for very many sessions that do not exist keeps nobody else waiting', async () => {
  const harness = await createHarness()
  const [alice, bob] = [await harness.signIn({ login: 'alice' }), await harness.signIn({ login: 'bob' })]
  const own = await openSession(harness, alice.tokens.access_token)
  await openSession(harness, bob.tokens.access_token)
  let answered = 0
  const flood = Array.from({ length: 100 }, async (_, n) => {
    expect((await own.named(`unknown-${n}`).call(1)).status).toBe(404)
    answered += 1
  })
  await openSession(harness, bob.tokens.access_token)
  expect(answered).toBeLessThan(10)
  await Promise.all(flood)
})
