import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import type { Browser, Page } from '@fjmcp-broker/testkit/browser'
import { signInWithForgejo } from '@fjmcp-broker/testkit/forgejo/sign-in-with-forgejo'
import type { OAuthClient } from './oauth-client.ts'

/** Opens a client's authorization request; the browser stops where it would leave for the client. */
export function openAuthorization(
  browser: Browser,
  client: OAuthClient,
  changes?: Readonly<Record<string, string | undefined>>,
): Promise<Page> {
  return browser.open(client.authorizeUrl(changes), { stopAt: (url) => url.startsWith(client.redirectUri) })
}

/** Allows a client on the consent page; the browser is at Forgejo then, or beyond it. */
export function approve(consent: Page, level: AccessLevel): Promise<Page> {
  return consent.submit({ access: level }, 'approve')
}

/** Goes from a client's authorization request through consent and Forgejo back to the client: what the client is given. */
export async function authorizeInBrowser({
  browser,
  client,
  login,
  level,
}: {
  readonly browser: Browser
  readonly client: OAuthClient
  readonly login: string
  readonly level: AccessLevel
}): Promise<URL> {
  const consent = await openAuthorization(browser, client)
  const atForgejo = await approve(consent, level)
  const arrived = await signInWithForgejo(atForgejo, { login, password: `${login}-password` })
  if (arrived.isOpened) throw new Error(`${login} did not get back to the client but to ${arrived.url}: ${arrived.html}`)
  return new URL(arrived.url)
}
