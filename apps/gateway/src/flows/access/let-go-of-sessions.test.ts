import { createMockRunner, type MockRunner } from '@fjmcp-broker/testkit/mock-runner'
import { expect, test } from 'vitest'
import { createCollectedLog } from '../../../test/oauth/collected-log.ts'
import { letGoOfSessions } from './let-go-of-sessions.ts'

const released = { sessionIds: ['ses_1', 'ses_2'], credential: { userId: 'usr_1', generation: 3 } }

test('takes the credential first, then ends all sessions', async () => {
  const { runner, letGo } = prepare()
  expect(await letGo([])).toBe(true)
  expect(usesOf(runner)).toEqual(['setCredential', 'end s:ses_1', 'end s:ses_2'])
  expect(runner.credentialOf('usr_1')).toEqual({ userId: 'usr_1', generation: 3, accessToken: null })
})

test('tells a runner that was away until it has heard, and what it has heard no more', async () => {
  const { runner, log, letGo, background } = prepare()
  runner.setAvailable(false)
  expect(await letGo([0, 0, 0])).toBe(false)
  runner.setAvailable(true)
  await background()
  expect(usesOf(runner).slice(-3)).toEqual(['setCredential', 'end s:ses_1', 'end s:ses_2'])
  expect(log.events.map(({ event }) => event)).toEqual(['session_end_not_told', 'session_end_told_late'])
  expect(runner.credentialOf('usr_1')).toMatchObject({ accessToken: null })
})

test('says so in the end when the runner stays away', async () => {
  const { runner, log, letGo, background } = prepare()
  runner.setAvailable(false)
  expect(await letGo([0])).toBe(false)
  await background()
  expect(log.events.at(-1)).toMatchObject({ level: 'error', event: 'session_end_given_up' })
})

test('does not repeat what failed for another reason than that the runner is away', async () => {
  const { runner, log, letGo, background } = prepare()
  runner.end = async () => {
    throw new Error('broken')
  }
  expect(await letGo([0])).toBe(false)
  await background()
  expect(log.events.map(({ event }) => event)).toEqual(['session_end_not_told'])
})

function prepare() {
  const runner = createMockRunner()
  const log = createCollectedLog()
  const works: Promise<void>[] = []
  const deps = { runner, log, waitUntil: (work: Promise<void>) => void works.push(work), stopping: new AbortController().signal }
  return {
    runner,
    log,
    letGo: (delaysMs: readonly number[]) => letGoOfSessions(deps, released, delaysMs),
    background: () => Promise.all(works),
  }
}

function usesOf({ uses }: MockRunner): readonly string[] {
  return uses.map(({ name, input }) => (name === 'end' ? `end ${input[0]}` : name))
}
