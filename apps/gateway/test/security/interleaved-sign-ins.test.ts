import { signInWithForgejo } from '@fjmcp-broker/testkit/forgejo/sign-in-with-forgejo'
import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { approve, openAuthorization } from '../oauth/sign-in.ts'

test('leaves sign-ins in other tabs alone', async () => {
  const { openBrowser, registerClient } = await createHarness()
  const browser = openBrowser()
  const clients = [await registerClient(), await registerClient({ client_name: 'Other' })]
  const tabs = await Promise.all(clients.map((client) => openAuthorization(browser, client)))
  for (const [index, tab] of tabs.entries()) {
    const arrived = await signInWithForgejo(await approve(tab, 'read'), { login: 'alice', password: 'alice-password' })
    const reply = await clients[index]?.exchange(new URL(arrived.url).searchParams.get('code') ?? '')
    expect(reply?.status).toBe(200)
  }
})

test('keeps users apart, however their sign-ins interleave', async () => {
  const { signIn, store } = await createHarness()
  const logins = ['alice', 'bob', 'alice', 'bob'] as const
  const signedIn = await Promise.all(logins.map((login) => signIn({ login })))
  const users = await Promise.all(signedIn.map(({ userId }) => store.users.find(userId)))
  expect(users.map((user) => user?.login)).toEqual(logins)
  expect(new Set(users.map((user) => user?.id)).size).toBe(2)
})
