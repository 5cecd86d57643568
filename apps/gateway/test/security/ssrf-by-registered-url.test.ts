import { serveFetch } from '@fjmcp-broker/testkit/serve-fetch'
import { expect, onTestFinished, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { register } from '../oauth/oauth-client.ts'
import { openAuthorization } from '../oauth/sign-in.ts'

const addresses = ['logo_uri', 'client_uri', 'policy_uri', 'tos_uri', 'jwks_uri', 'sector_identifier_uri', 'initiate_login_uri']

test('asks for none of the addresses that a client registers, shows none, and repeats none', async () => {
  const asked: string[] = []
  const inside = await serveFetch(async ({ url }) => {
    asked.push(url)
    return Response.json({})
  })
  onTestFinished(() => inside.close())
  const hostile = Object.fromEntries(addresses.map((name) => [name, `${inside.url}/${name}`]))
  const metadata = {
    ...hostile,
    request_uris: [inside.url],
    redirect_uris: ['https://client.example/callback'],
    software_statement: 'a.b.c',
  }
  const harness = await createHarness()

  const registered = await register({ fetch: harness.fetch, publicUrl: harness.settings.publicUrl, metadata })
  expect([registered.status, await registered.text()]).toEqual([201, expect.not.stringContaining(inside.url)])
  const consent = await openAuthorization(harness.openBrowser(), await harness.registerClient(metadata))
  expect([consent.status, consent.html]).toEqual([200, expect.not.stringContaining(inside.url)])
  await harness.signIn({ login: 'alice', client: await harness.registerClient(metadata) })
  await harness.settled()
  expect(asked).toEqual([])
})
