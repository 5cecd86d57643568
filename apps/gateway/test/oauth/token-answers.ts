import { expect } from 'vitest'
import type { TokenReply } from './oauth-client.ts'

/** The one reply that succeeded; every other one is `invalid_grant`. */
export async function findWinner(replies: readonly Response[]): Promise<TokenReply> {
  const losers = replies.filter(({ status }) => status !== 200)
  expect(losers).toHaveLength(replies.length - 1)
  expect(await Promise.all(losers.map(readError))).toEqual(losers.map(() => [400, 'invalid_grant']))
  return (await replies.find(({ status }) => status === 200)?.json()) as TokenReply
}

/** Status and error code of a refusal, which no cache may keep. */
export async function readError(response: Response): Promise<unknown> {
  expect(response.headers.get('cache-control')).toBe('no-store')
  return [response.status, ((await response.json()) as { readonly error: string }).error]
}
