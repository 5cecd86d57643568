import type { CredentialRejection } from '@fjmcp-broker/shared/runner/runner'
import { expect, test } from 'vitest'
import { createMemoryRunner } from '../../../../apps/runner/test/channel/memory-runner.ts'
import { createChannelFixture } from './channel-fixture.ts'

test('a rejected credential is told to every connected gateway', async () => {
  const channel = await createChannelFixture()
  const memory = createMemoryRunner()
  await channel.serve(memory.runner)
  const [one, other] = [channel.connect(), channel.connect()]
  const heard = [nextRejection(one), nextRejection(other)]
  await Promise.all([one.status(), other.status()])

  memory.rejectCredential({ userId: 'usr_1', generation: 4 })

  expect(await Promise.all(heard)).toStrictEqual([
    { userId: 'usr_1', generation: 4 },
    { userId: 'usr_1', generation: 4 },
  ])
})

test('a listener alone connects, and hears the latest rejection of each user from before', async () => {
  const channel = await createChannelFixture()
  const memory = createMemoryRunner()
  await channel.serve(memory.runner)
  memory.rejectCredential({ userId: 'usr_1', generation: 0 })
  memory.rejectCredential({ userId: 'usr_2', generation: 2 })
  memory.rejectCredential({ userId: 'usr_1', generation: 1 })

  expect(await rejectionsUntil(channel.connect(), 2)).toStrictEqual([
    { userId: 'usr_1', generation: 1 },
    { userId: 'usr_2', generation: 2 },
  ])
})

test('a rejection is told again to the next gateway until one answers it', async () => {
  const channel = await createChannelFixture()
  const memory = createMemoryRunner()
  await channel.serve(memory.runner)
  memory.rejectCredential({ userId: 'usr_1', generation: 1 })
  memory.rejectCredential({ userId: 'usr_2', generation: 1 })

  const first = channel.connect()
  expect(await rejectionsUntil(first, 2)).toHaveLength(2)
  await first.setCredential({ userId: 'usr_1', generation: 2, accessToken: 'fresh' })
  first.close()

  expect(await rejectionsUntil(channel.connect(), 1)).toStrictEqual([{ userId: 'usr_2', generation: 1 }])
})

type Listening = ReturnType<Awaited<ReturnType<typeof createChannelFixture>>['connect']>

function nextRejection(client: Listening): Promise<CredentialRejection> {
  return new Promise((resolve) => client.onCredentialRejected(resolve))
}

/** The rejections that came once there are so many and a call was answered, so that a further one would have come before. */
async function rejectionsUntil(client: Listening, count: number): Promise<readonly CredentialRejection[]> {
  const heard: CredentialRejection[] = []
  await new Promise<void>((resolve) => {
    client.onCredentialRejected((rejection) => {
      heard.push(rejection)
      if (heard.length === count) resolve()
    })
  })
  await client.status()
  return heard
}
