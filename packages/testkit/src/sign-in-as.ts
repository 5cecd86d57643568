import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { createBrowser } from './browser.ts'
import { signInWithForgejo } from './forgejo/sign-in-with-forgejo.ts'
import { type Authorize, connectMcpClient, type McpClient } from './mcp-client.ts'

/** A person of the fake Forgejo. */
export interface FakeUser {
  readonly login: string
  readonly password: string
}

/** Signs an SDK client in as a person of the fake Forgejo, whose part a browser without a window plays. */
export function signInAs(
  { login, password }: FakeUser,
  { mcpUrl, level }: { readonly mcpUrl: string; readonly level: AccessLevel },
): Promise<McpClient> {
  const redirectUrl = 'http://127.0.0.1:33418/callback'
  const authorize: Authorize = async (url) => {
    const consent = await createBrowser().open(url.href, { stopAt: (target) => target.startsWith(redirectUrl) })
    const forgejoPage = await consent.submit({ access: level }, 'approve')
    const end = await signInWithForgejo(forgejoPage, { login, password })
    return new URL(end.url)
  }
  return connectMcpClient({ mcpUrl, name: `Client of ${login}`, redirectUrl, authorize })
}
