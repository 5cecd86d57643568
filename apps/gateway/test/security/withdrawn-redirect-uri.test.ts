import { describe, expect, test } from 'vitest'
import { makeClient } from '../../src/store/libsql/testing/client.ts'
import { createHarness } from '../harness.ts'

describe.each([
  ['a client that registered', { id: 'cli_00000000000000000000000001' }],
  ['a client whose document is current', { id: 'https://editor.example/client.json', documentExpiresAtMs: Date.UTC(2027, 0, 1) }],
])('%s before the rules changed', (_kind, client) => {
  test.each([
    ['a scheme that the operator took off the list', 'cursor://anysphere.cursor-mcp/oauth/callback'],
    ['a link that an editor obeys', 'vscode://ms-vscode-remote.remote-containers/cloneInVolume?url=https://evil.example/r'],
    ['plain http', 'http://evil.example/callback'],
  ])('has nobody sent to %s', async (_place, redirectUri) => {
    const { fetch, store, registerClient } = await createHarness({ environment: { FJMCP_BROKER_REDIRECT_SCHEMES: 'vscode' } })
    await store.clients.insert(makeClient({ ...client, redirectUris: [redirectUri] }))
    const link = (await registerClient()).authorizeUrl({ client_id: client.id, redirect_uri: redirectUri })
    const response = await fetch(new Request(link))
    expect([response.status, response.headers.get('location'), response.headers.getSetCookie()]).toEqual([400, null, []])
    expect(await response.text()).toContain('an address that is not allowed here')
  })
})
