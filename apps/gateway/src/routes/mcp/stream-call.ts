import { formatEvent } from '../../domain/mcp/event-stream-format.ts'
import type { OpenCall } from './open-call.ts'
import { eventStreamResponse } from './respond.ts'
import type { McpServer } from './server.ts'
import { createTextStream } from './text-stream.ts'

/**
 * Answers with a stream of a call's events. Where the reading breaks, the stream ends without a response, and the client resumes it.
 *
 * @param opening What stands at the beginning: priming, or events that were waited for.
 * @param next The call's events, with those that were already asked for.
 * @param isResumable Whether events carry their ids.
 */
export function streamCall(
  { timings, log }: Pick<McpServer, 'timings' | 'log'>,
  { opening, next, leave, isResumable }: Pick<OpenCall, 'next' | 'leave'> & { readonly opening: string; readonly isResumable: boolean },
): Response {
  const { body } = createTextStream({
    opening,
    async next() {
      try {
        const event = await next()
        return event === undefined ? undefined : formatEvent({ id: isResumable ? event.id : undefined, message: event.message })
      } catch (error) {
        log.warn('stream_reading_failed', { detail: String(error) })
        return undefined
      }
    },
    keepAliveMs: timings.keepAliveMs,
    onClosed: leave,
  })
  return eventStreamResponse(body)
}
