import { signInWithForgejo } from '@fjmcp-broker/testkit/forgejo/sign-in-with-forgejo'
import { connectMcpClient, type McpClient } from '@fjmcp-broker/testkit/mcp-client'
import { expect, onTestFinished, test } from 'vitest'
import { createHarness, type Harness } from './harness.ts'

const mcpUrl = 'https://mcp.example.test/mcp'
const redirectUrl = 'https://client.example/callback'

interface Connected extends McpClient {
  /** How it named itself at the token endpoint, once for each request. */
  readonly proofs: readonly string[]
}

/** The official SDK's client, signed in as alice by a browser. */
async function connect(harness: Harness, authMethod: string): Promise<Connected> {
  const proofs: string[] = []
  const connected = await connectMcpClient({
    mcpUrl,
    name: 'SDK client',
    redirectUrl,
    authMethod,
    async authorize(url) {
      const consent = await harness.openBrowser().open(url.href, { stopAt: (target) => target.startsWith(redirectUrl) })
      const atForgejo = await consent.submit({ access: 'read' }, 'approve')
      const end = await signInWithForgejo(atForgejo, { login: 'alice', password: 'alice-password' })
      return new URL(end.url)
    },
    async fetch(url, init) {
      const request = new Request(url, init)
      if (request.url.endsWith('/oauth/token')) proofs.push(await describeProof(request.clone()))
      return harness.fetch(request)
    },
  })
  onTestFinished(() => connected.client.close())
  return { ...connected, proofs }
}

async function describeProof(request: Request): Promise<string> {
  const form = new URLSearchParams(await request.text())
  const places = [...form.keys()].filter((name) => name.startsWith('client_'))
  return [...(request.headers.has('authorization') ? ['header'] : []), ...places].join(' ')
}

test.each([
  ['client_secret_basic', 'header'],
  ['client_secret_post', 'client_id client_secret'],
  ['none', 'client_id'],
])('the SDK client that registers with %s signs in, calls, refreshes and calls again', async (authMethod, proof) => {
  const harness = await createHarness()
  const connected = await connect(harness, authMethod)
  const { client } = connected
  const { tools } = await client.listTools()
  expect(tools.length).toBeGreaterThan(0)
  const first = connected.tokens()
  harness.clock.nowMs += 2 * 60 * 60_000
  expect((await client.listTools()).tools).toEqual(tools)
  expect(connected.tokens()?.access_token).not.toBe(first?.access_token)
  expect(connected.proofs).toEqual([proof, proof])
})
