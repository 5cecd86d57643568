import type { Runner, SessionKey } from '@fjmcp-broker/shared/runner/runner'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createFakeProgram } from '../../../apps/runner/test/fixtures/fake-program.ts'
import { createTestRunner } from '../../../apps/runner/test/fixtures/test-runner.ts'
import { createMockRunner } from '../src/mock-runner.ts'
import { createChannelFixture, opened, request, sessionOf, untilTheEnd } from './channel/channel-fixture.ts'

/** Of which no call is answered. */
const implementations: Readonly<Record<string, () => Promise<Runner>>> = {
  real: async () => createSilentRunner(),
  async 'behind the socket'() {
    const channel = await createChannelFixture()
    await channel.serve(createSilentRunner())
    return channel.connect()
  },
  mock: async () => createMockRunner({ handler: () => new Promise<never>(() => {}) }),
}

const key: SessionKey = 's:1'
const call = { key, stream: 'one', message: request(1, 'tools/call', { name: 'get_my_user_info' }), signal: untilTheEnd }

describe.each(Object.entries(implementations))('a call of the runner, %s', (_, create) => {
  test('settles when it was taken, and is under way by then, without an answer', async () => {
    const runner = await create()
    await runner.describe(sessionOf(key))
    await opened(runner.call(call))
    expect((await runner.status()).callsInFlight).toBe(1)
  })

  test('settles with its refusal, and is not under way', async () => {
    const runner = await create()
    expect(await runner.call(call)).toEqual({ ok: false, error: { reason: 'unknown_session' } })
    expect((await runner.status()).callsInFlight).toBe(0)
  })
})

function createSilentRunner(): Runner {
  const program = createFakeProgram()
  program.behaviour.greets = false
  const { runner } = createTestRunner({ program })
  onTestFinished(() => runner.close())
  return runner
}
