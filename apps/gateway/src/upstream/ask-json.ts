import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { z } from 'zod'
import { failedStatus } from './failed-status.ts'
import { fetchFailure, notUnderstood } from './fetch-failure.ts'
import type { ForgejoFailure } from './forgejo.ts'
import { readBoundedJson } from './read-bounded-json.ts'

export interface Question<Value> {
  readonly url: string
  readonly schema: z.ZodType<Value>
  /** The value of the header; none is sent where it is absent. */
  readonly authorization?: string | undefined
  /** Sent by POST; without it the question is a GET. */
  readonly form?: Readonly<Record<string, string>>
  readonly waitMs: number
}

const maxAnswerBytes = 1_048_576

/** Asks Forgejo something that can be asked again. `token_refused` is a 401 or 403. */
export async function askJson<Value>({
  url,
  schema,
  authorization,
  form,
  waitMs,
}: Question<Value>): Promise<Result<Value, ForgejoFailure>> {
  try {
    const headers = new Headers({ accept: 'application/json' })
    if (authorization !== undefined) headers.set('authorization', authorization)
    const response = await fetch(url, {
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
      headers,
      // A redirect would carry the user's token elsewhere.
      redirect: 'manual',
      signal: AbortSignal.timeout(waitMs),
    })
    const { status } = response
    if (status === 401 || status === 403) {
      await response.body?.cancel()
      return err({ reason: 'token_refused', detail: `status ${status}` })
    }
    if (!response.ok) return await failedStatus(response)
    const body = await readBoundedJson(response, maxAnswerBytes)
    if (!body.ok) return notUnderstood(body.error)
    const parsed = schema.safeParse(body.value)
    return parsed.success ? ok(parsed.data) : notUnderstood('the answer has another form than expected')
  } catch (error) {
    return fetchFailure(error)
  }
}
