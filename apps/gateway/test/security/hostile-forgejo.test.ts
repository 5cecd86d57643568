import { errorPage, type Interception } from '@fjmcp-broker/testkit/forgejo/interceptions'
import { serveFetch } from '@fjmcp-broker/testkit/serve-fetch'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createHarness, type Harness } from '../harness.ts'
import { mcpStatus } from '../oauth/mcp-status.ts'
import { stopBeforeCallback } from '../oauth/stop-before-callback.ts'

const tokenPath = '/login/oauth/access_token'
const identityPath = '/login/oauth/userinfo'
const introspectionPath = '/login/oauth/introspect'

/** Alice is signed in, and signs in with a second client while Forgejo answers as somebody wants it who got between. */
async function signInDuring(path: string, interception: Interception) {
  const harness = await createHarness()
  const alice = await harness.signIn({ login: 'alice' })
  await harness.settled()
  const { browser, goOn } = await stopBeforeCallback(harness)
  harness.forgejo.intercept(path, interception, 10)
  const arrived = await goOn(browser)
  await harness.settled()
  return { harness, alice, arrived }
}

/** A place that wants to be told secrets; what it was told. */
async function openListener(): Promise<{ readonly url: string; readonly told: readonly string[] }> {
  const told: string[] = []
  const served = await serveFetch(async (request) => {
    told.push(`${request.url} ${JSON.stringify([...request.headers])} ${await request.text()}`)
    return Response.json({
      access_token: 'stolen',
      refresh_token: 'stolen',
      token_type: 'bearer',
      expires_in: 3600,
      sub: '1',
      preferred_username: 'x',
    })
  })
  onTestFinished(() => served.close())
  return { url: served.url, told }
}

async function expectUntouched(harness: Harness, { userId, tokens }: Awaited<ReturnType<Harness['signIn']>>): Promise<void> {
  expect(await harness.store.credentials.find(userId)).toMatchObject({ generation: 1, state: 'live' })
  expect(await mcpStatus(harness, tokens.access_token)).toBe(200)
}

describe('an endpoint of Forgejo that redirects', () => {
  test.each([
    [tokenPath, 301],
    [tokenPath, 307],
    [tokenPath, 308],
    [identityPath, 302],
    [identityPath, 307],
    [introspectionPath, 307],
  ])('(%s, %d) has no code, token or secret sent along', async (path, status) => {
    const { url, told } = await openListener()
    const { arrived } = await signInDuring(path, errorPage(status, { location: `${url}/` }))
    expect(told).toEqual([])
    expect(new URL(arrived.url).searchParams.has('code')).toBe(path === introspectionPath)
  })
})

describe('an endpoint of Forgejo that answers without end', () => {
  test.each([tokenPath, identityPath, introspectionPath])('(%s) is cut off', async (path) => {
    let sentBytes = 0
    const { alice, harness } = await signInDuring(path, () => {
      const chunk = new TextEncoder().encode(' '.repeat(65_536))
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          sentBytes += chunk.byteLength
          controller.enqueue(chunk)
        },
      })
      return new Response(body, { headers: { 'content-type': 'application/json' } })
    })
    // Three looks at who it is, of 1 MB each, and what the sockets hold.
    expect(sentBytes).toBeLessThan(32 * 1_048_576)
    expect(await harness.store.credentials.find(alice.userId)).toMatchObject({ state: 'live' })
  })
})

describe('an answer that is made to be written where it is shown', () => {
  test.each([
    ['a line break', 'bob\n{"level":"error","event":"all_is_lost"}'],
    ['a terminal’s command', 'bob\u001B[2J'],
    ['text that runs backwards', 'bob\u202Enimda'],
    ['nothing', ''],
    ['too much', 'b'.repeat(256)],
  ])('is not taken for a name: %s', async (_, preferred_username) => {
    const { arrived, harness } = await signInDuring(identityPath, () => Response.json({ sub: '2', preferred_username }))
    expect(new URL(arrived.url).searchParams.get('error')).toBe('temporarily_unavailable')
    expect(harness.log.text).not.toContain('all_is_lost')
  })

  test('is one bounded line in the log where it is a reason', async () => {
    const description = `x\n{"level":"error"}\u001B[2J${'y'.repeat(10_000)}`
    const { harness } = await signInDuring(tokenPath, () =>
      Response.json({ error: 'new', error_description: description }, { status: 400 }),
    )
    const logged = harness.log.events.find(({ event }) => event === 'forgejo_not_understood')
    expect(logged?.fields['detail']).toMatch(/^[\x20-\x7e]{1,200}$/)
  })
})

test('an answer without an identity makes nobody a user, and signs nobody in as another', async () => {
  const { arrived, harness, alice } = await signInDuring(identityPath, () => Response.json({ preferred_username: 'alice' }))
  expect(new URL(arrived.url).searchParams.get('error')).toBe('temporarily_unavailable')
  await expectUntouched(harness, alice)
})

test.each([
  ['a line break', 'secret-token\r\nx-admin: 1'],
  ['no ASCII', 'secret-token✓'],
  ['a length that fills memory', `secret-token${'x'.repeat(8_192)}`],
])('tokens with %s are not believed, and are not in the log', async (_, access_token) => {
  const reply = { access_token, refresh_token: 'secret-refresh', token_type: 'bearer', expires_in: 3600 }
  const { harness, alice, arrived } = await signInDuring(tokenPath, () => Response.json(reply))
  expect(new URL(arrived.url).searchParams.get('error')).toBe('temporarily_unavailable')
  expect(harness.log.text).not.toContain('secret-')
  await expectUntouched(harness, alice)
})

test('no answer of the token endpoint that Forgejo does not know how to give ends anybody’s sign-in', async () => {
  const harness = await createHarness()
  const alice = await harness.signIn({ login: 'alice' })
  await harness.settled()
  const errors = [
    '',
    'ended',
    'access_denied',
    'unauthorized_client',
    'invalid_scope',
    'invalid_token',
    'unsupported_grant_type',
    '__proto__',
  ]
  for (const error of errors) {
    harness.forgejo.intercept(tokenPath, () => Response.json({ error, error_description: 'your sign-in is over' }, { status: 400 }))
    harness.runner.rejectCredential({ userId: alice.userId, generation: 1 })
    await harness.settled()
  }
  expect(harness.log.events.filter(({ event }) => event === 'credential_not_renewed')).toHaveLength(errors.length)
  await expectUntouched(harness, alice)
})
