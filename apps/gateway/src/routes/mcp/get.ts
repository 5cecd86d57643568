import type { Session } from '../../store/session-store.ts'
import { acceptsType } from '../../domain/media-types.ts'
import { parseEventId } from '../../domain/mcp/event-id.ts'
import { errorCodes } from '../../domain/mcp/json-rpc.ts'
import { formatPriming, keepAliveComment } from '../../domain/mcp/event-stream-format.ts'
import { primesStreams } from '../../domain/mcp/protocol-versions.ts'
import { resumeStream } from '../../flows/mcp/resume-stream.ts'
import { abortedWith } from './aborted-with.ts'
import { findSession } from './find-session.ts'
import { beginCall } from './open-call.ts'
import type { Incoming } from './incoming.ts'
import { badRequest, methodNotAllowed, refuse, resumedTooOften } from './refusals.ts'
import { emptyResponse, eventStreamResponse } from './respond.ts'
import type { McpServer } from './server.ts'
import { streamCall } from './stream-call.ts'
import { createTextStream } from './text-stream.ts'

/** What timers take at most. */
const longestTimerMs = 2 ** 31 - 1

/** GET: resumes the stream of a POST where an event id says which, else opens the session's standalone stream. */
export async function answerGet(server: McpServer, incoming: Incoming): Promise<Response> {
  const { headers } = incoming.request
  if (!acceptsType(headers.get('accept'), 'text/event-stream')) {
    return refuse(null, { status: 406, error: { code: errorCodes.refused, message: 'Send Accept: text/event-stream.' } })
  }
  if (!headers.has('mcp-session-id')) return methodNotAllowed('There is no stream without a session: begin with a POST of initialize.')
  const session = await findSession(server, incoming)
  if (!session.ok) return refuse(null, session.error)
  const lastEventId = headers.get('last-event-id')
  return lastEventId === null || lastEventId === ''
    ? openStandalone(server, incoming, session.value)
    : resume(server, incoming, { session: session.value, lastEventId })
}

/**
 * Replays what follows the event, and what is still to come. A stream with nothing left is answered 405: clients take that for "no stream
 * here" and stop, while an empty one they would ask for again and again.
 */
async function resume(
  server: McpServer,
  { request, token, account }: Incoming,
  { session, lastEventId }: { readonly session: Session; readonly lastEventId: string },
): Promise<Response> {
  const seconds = server.limits.resumptions.take(`${session.id} ${parseEventId(lastEventId)?.stream}`)
  if (seconds > 0) return refuse(null, resumedTooOften(seconds))
  const stop = abortedWith(request.signal)
  const resumed = await resumeStream(server, { session, lastEventId, signal: stop.signal, room: account })
  if (!resumed.ok) {
    return resumed.error.reason === 'malformed_event_id'
      ? refuse(null, badRequest('The Last-Event-ID is not one of this server.'))
      : methodNotAllowed('Nothing is left of that stream.')
  }
  const call = beginCall(server, { session, stop }).read(resumed.value)
  // Without an event that carries the id, a client whose connection breaks at once would forget where it was.
  const opening = primesStreams(session.protocolVersion) ? formatPriming(lastEventId, server.timings.retryMs) : keepAliveComment
  return streamCall(server, { access: token, opening, next: call.next, leave: call.leave, isResumable: true })
}

/**
 * A stream for what concerns no request. So far nothing does, so comments are all that comes. It lasts no longer than its token: whoever has
 * a newer one opens it again, as clients do by themselves.
 */
function openStandalone(server: McpServer, { request, token }: Incoming, session: Session): Response {
  // Nobody would ever close it, and it would end one that somebody reads.
  if (request.signal.aborted) return emptyResponse(204)
  const { standaloneStreams, openAnswers, openInSessions, timings, clock } = server
  const ended = Promise.withResolvers<undefined>()
  const { body, close } = createTextStream({
    opening: keepAliveComment,
    next: () => ended.promise,
    keepAliveMs: timings.keepAliveMs,
    onClosed() {
      clearTimeout(expiry)
      remove()
      leaveSession()
      standaloneStreams.remove(session.id)
    },
  })
  const expiry = setTimeout(close, Math.min(token.expiresAtMs - clock(), longestTimerMs))
  const remove = openAnswers.add(token, close)
  const leaveSession = openInSessions.addStream(session, close)
  standaloneStreams.replace(session.id, close)
  request.signal.addEventListener('abort', () => close(), { once: true })
  return eventStreamResponse(body)
}
