import { hash } from 'node:crypto'
import type { Browser, Page } from '@fjmcp-broker/testkit/browser'
import { signInWithForgejo } from '@fjmcp-broker/testkit/forgejo/sign-in-with-forgejo'
import { expect, test } from 'vitest'
import { createHarness, type Harness } from '../harness.ts'
import { mcpStatus } from '../oauth/mcp-status.ts'
import type { OAuthClient, TokenReply } from '../oauth/oauth-client.ts'
import { approve, authorizeInBrowser, openAuthorization } from '../oauth/sign-in.ts'

/** What a person wants to end with. */
interface Intention {
  readonly login: 'alice' | 'bob'
  readonly level: 'read' | 'write'
  readonly client: OAuthClient
  readonly browser: Browser
}

const orders = [
  ['one after the other', [0, 0, 0, 1, 1, 1]],
  ['in turns', [0, 1, 0, 1, 0, 1]],
  ['the second within the first', [0, 1, 1, 1, 0, 0]],
  ['the second overtaking', [0, 0, 1, 1, 1, 0]],
  ['crossing at Forgejo', [0, 1, 1, 0, 0, 1]],
] as const

test.each(orders)('two users in two browsers with one client end where they belong, %s', async (_, order) => {
  const harness = await createHarness()
  const client = await harness.registerClient()
  const outcomes = await runInOrder(harness, order, [
    { login: 'alice', level: 'write', client, browser: harness.openBrowser() },
    { login: 'bob', level: 'read', client, browser: harness.openBrowser() },
  ])
  expect(outcomes).toEqual([
    { state: 'state 0', login: 'alice', clientId: client.id, level: 'write', status: 200 },
    { state: 'state 1', login: 'bob', clientId: client.id, level: 'read', status: 200 },
  ])
})

test.each(orders)('two tabs of one browser end where they belong, with two clients, %s', async (_, order) => {
  const harness = await createHarness()
  const browser = await openSignedIn(harness)
  const [client, other] = [await harness.registerClient(), await harness.registerClient({ redirect_uris: ['https://other.example/cb'] })]
  const outcomes = await runInOrder(harness, order, [
    { login: 'alice', level: 'write', client, browser },
    { login: 'alice', level: 'read', client: other, browser },
  ])
  expect(outcomes).toEqual([
    { state: 'state 0', login: 'alice', clientId: client.id, level: 'write', status: 200 },
    { state: 'state 1', login: 'alice', clientId: other.id, level: 'read', status: 200 },
  ])
})

test.each(orders)('two tabs of one browser end where they belong, with one client, %s', async (_, order) => {
  const harness = await createHarness()
  const [browser, client] = [await openSignedIn(harness), await harness.registerClient()]
  const intention = { login: 'alice', level: 'write', client, browser } as const
  const outcome = { login: 'alice', clientId: client.id, level: 'write', status: 200 }
  expect(await runInOrder(harness, order, [intention, intention])).toEqual([
    { ...outcome, state: 'state 0' },
    { ...outcome, state: 'state 1' },
  ])
})

test('keeps users apart, however their sign-ins interleave', async () => {
  const { signIn, store } = await createHarness()
  const logins = ['alice', 'bob', 'alice', 'bob'] as const
  const signedIn = await Promise.all(logins.map((login) => signIn({ login })))
  const users = await Promise.all(signedIn.map(({ userId }) => store.accessListing.findUsers(userId)))
  expect(users.map(([user]) => user?.login)).toEqual(logins)
  expect(new Set(users.map(([user]) => user?.id)).size).toBe(2)
})

/** A browser in which alice is signed in at Forgejo, which has one place for where a login leads and so can take one login at a time. */
async function openSignedIn({ openBrowser, registerClient }: Harness): Promise<Browser> {
  const browser = openBrowser()
  await authorizeInBrowser({ browser, client: await registerClient(), login: 'alice', level: 'read' })
  return browser
}

/** Takes the steps of two sign-ins in this order; answers with what each client was given. */
async function runInOrder(harness: Harness, order: readonly number[], intentions: readonly Intention[]): Promise<readonly object[]> {
  const steps = intentions.map((intention, which) => createSteps(intention, `state ${which}`))
  for (const which of order) await steps[which]?.next()
  return Promise.all(
    intentions.map(async ({ client }, which) => {
      const arrived = (await steps[which]?.next())?.value
      const answer = new URL(arrived?.url ?? '')
      if (!answer.href.startsWith(client.redirectUri)) return { strandedAt: answer.href }
      const tokens = (await (await client.exchange(answer.searchParams.get('code') ?? '')).json()) as TokenReply
      const issued = await harness.store.tokens.findAccess(hash('sha256', tokens.access_token, 'base64url'))
      const [user] = await harness.store.accessListing.findUsers(issued?.userId ?? '')
      const status = await mcpStatus(harness, tokens.access_token)
      return { state: answer.searchParams.get('state'), login: user?.login, clientId: issued?.clientId, level: issued?.accessLevel, status }
    }),
  )
}

/** A sign-in that stops before each of its three steps: to begin, to allow, to sign in at Forgejo. */
async function* createSteps({ browser, client, login, level }: Intention, state: string): AsyncGenerator<Page | undefined, Page> {
  const consent = await openAuthorization(browser, client, { state })
  yield consent
  const atForgejo = await approve(consent, level)
  yield atForgejo
  const arrived = atForgejo.isOpened ? await signInWithForgejo(atForgejo, { login, password: `${login}-password` }) : atForgejo
  yield arrived
  return arrived
}
