import type { RequestId } from '@modelcontextprotocol/sdk/types.js'
import { formatEvent } from '../../domain/mcp/event-stream-format.ts'
import { errorCodes, errorReply } from '../../domain/mcp/json-rpc.ts'
import type { Access } from '../../memory/open-answers.ts'
import type { OpenCall } from './open-call.ts'
import { eventStreamResponse } from './respond.ts'
import type { McpServer } from './server.ts'
import { createTextStream } from './text-stream.ts'

interface StreamedCall extends Pick<OpenCall, 'next' | 'leave'> {
  /** In whose name: where it ends, so does the stream. */
  readonly access: Access
  /** What stands at the beginning: priming, or events that were waited for. */
  readonly opening: string
  /** The call's events, with those that were already asked for. */
  readonly next: OpenCall['next']
  /** Whether events carry their ids. */
  readonly isResumable: boolean
  /** What the client calls the request; it is told there when its access ends. Undefined where that is not known, or several. */
  readonly id?: RequestId | undefined
}

/** Answers with a stream of a call's events. Where the reading breaks, the stream ends without a response, and the client resumes it. */
export function streamCall(
  { timings, log, openAnswers }: Pick<McpServer, 'timings' | 'log' | 'openAnswers'>,
  { access, opening, next, leave, isResumable, id }: StreamedCall,
): Response {
  const { body, close } = createTextStream({
    opening,
    async next() {
      try {
        const event = await next()
        return event === undefined
          ? undefined
          : formatEvent({ id: isResumable ? event.id : undefined, json: JSON.stringify(event.message) })
      } catch (error) {
        log.warn('stream_reading_failed', { detail: String(error) })
        return undefined
      }
    },
    keepAliveMs: timings.keepAliveMs,
    onClosed() {
      remove()
      leave()
    },
  })
  const remove = openAnswers.add(access, () => close(id === undefined ? '' : formatEvent({ json: JSON.stringify(errorReply(id, ended)) })))
  return eventStreamResponse(body)
}

const ended = {
  code: errorCodes.refused,
  message: 'The access was ended while this call ran; whether it took effect is not known. Sign in again.',
}
