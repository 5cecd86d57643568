import { signInWithForgejo } from '@fjmcp-broker/testkit/forgejo/sign-in-with-forgejo'
import type { Harness } from '../harness.ts'
import { approve } from './sign-in.ts'

export const callbackUrl = 'https://mcp.example.test/oauth/callback'

/** Signs somebody in as far as Forgejo's answer, which no browser brings to the gateway before `goOn`: a fresh one by default. */
export async function stopBeforeCallback(harness: Harness, login = 'alice') {
  const [browser, client] = [harness.openBrowser(), await harness.registerClient()]
  const stopAt = (url: string) => url.startsWith(callbackUrl) || url.startsWith(client.redirectUri)
  const consent = await browser.open(client.authorizeUrl(), { stopAt })
  const { url } = await signInWithForgejo(await approve(consent, 'write'), { login, password: `${login}-password` })
  const goOn = (browser = harness.openBrowser()) =>
    browser.open(url, { stopAt: (next) => next.startsWith(client.redirectUri), from: harness.settings.forgejoUrl })
  return { browser, client, url, goOn }
}
