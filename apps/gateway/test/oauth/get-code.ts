import type { Harness } from '../harness.ts'
import type { OAuthClient } from './oauth-client.ts'
import { authorizeInBrowser } from './sign-in.ts'

/** The code that a client is given when alice signs in with it, in a fresh browser. */
export async function getCode(harness: Harness, client: OAuthClient): Promise<string> {
  const answer = await authorizeInBrowser({ browser: harness.openBrowser(), client, login: 'alice', level: 'write' })
  return answer.searchParams.get('code') ?? ''
}
