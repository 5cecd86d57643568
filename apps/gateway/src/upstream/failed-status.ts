import { err, type Result } from '@fjmcp-broker/shared/result'
import { notUnderstood } from './fetch-failure.ts'
import type { ForgejoFailure } from './forgejo.ts'
import { parseRetryAfter } from './retry-after.ts'

/** What a status means that is neither success nor an answer of Forgejo's own; the body is given up unread. */
export async function failedStatus(response: Response): Promise<Result<never, ForgejoFailure>> {
  await response.body?.cancel()
  const { status } = response
  const detail = `status ${status}`
  const mayPass = status >= 500 || status === 429 || status === 408
  if (!mayPass) return notUnderstood(detail)
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'))
  return err({ reason: 'unavailable', detail, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) })
}
