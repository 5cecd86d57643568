import { valuesLimit } from '@fjmcp-broker/shared/json-structure'
import { errorCodes } from '../../domain/mcp/json-rpc.ts'
import { acceptsType, isOfType } from '../../domain/media-types.ts'
import { batchLimit, type BodyRejection, nestingLimit, parseBody } from '../../domain/mcp/parse-body.ts'
import type { Incoming } from './incoming.ts'
import { answerBatchBody } from './post-batch.ts'
import { answerMessage } from './post-message.ts'
import { readBody, type UnreadableBody } from './read-body.ts'
import { badRequest, refuse, type WireRefusal } from './refusals.ts'
import type { McpServer } from './server.ts'

/** POST: one JSON-RPC message or, in the oldest revision, a batch of them. */
export async function answerPost(server: McpServer, incoming: Incoming): Promise<Response | undefined> {
  const { request, token } = incoming
  const limitBytes = server.settings.maxMessageBytes
  const unfit = checkMediaTypes(request.headers)
  if (unfit !== undefined) return refuse(null, unfit)
  // Until it is answered: what was read may have to wait for a child, and is kept so long.
  using body = server.bodies.open(token.userId)
  const text = await readBody(request, { limitBytes, account: body })
  // A body may be long in coming; nothing is begun in the name of who has lost access meanwhile.
  if (!incoming.isAllowed()) return undefined
  if (!text.ok) return refuse(null, unreadable(text.error, limitBytes))
  const parsed = parseBody(text.value)
  if (!parsed.ok) return refuse(null, unparsable(parsed.error))
  if (!parsed.value.isBatch) return await answerMessage(server, incoming, parsed.value.message)
  return await answerBatchBody(server, incoming, parsed.value.messages)
}

/** Both types of answer have to be acceptable, since which one comes is for the call to show; wildcards and no header at all will do. */
function checkMediaTypes(headers: Headers): WireRefusal | undefined {
  if (!isOfType(headers.get('content-type'), 'application/json')) {
    return { status: 415, error: { code: errorCodes.refused, message: 'Send the message as Content-Type: application/json.' } }
  }
  const accept = headers.get('accept')
  if (acceptsType(accept, 'application/json') && acceptsType(accept, 'text/event-stream')) return undefined
  return { status: 406, error: { code: errorCodes.refused, message: 'Send Accept: application/json, text/event-stream.' } }
}

function unreadable({ reason }: UnreadableBody, limitBytes: number): WireRefusal {
  switch (reason) {
    case 'too_large':
      return {
        status: 413,
        error: { code: errorCodes.invalidRequest, message: `The message is too large: at most ${limitBytes} bytes are taken.` },
      }
    case 'not_utf8':
      return badRequest('The body is not UTF-8.', errorCodes.parseError)
    case 'incomplete':
      return badRequest('The body did not arrive whole.', errorCodes.parseError)
    case 'too_much_of_sender':
      return busy(429, 'You have too many large messages under way at once. Wait for one of them and try again.')
    case 'too_much_in_all':
      return busy(503, 'The broker has too many large messages under way. Nothing was done; try again in a moment.')
  }
}

function busy(status: 429 | 503, message: string): WireRefusal {
  return { status, headers: { 'retry-after': '5' }, error: { code: errorCodes.refused, message } }
}

function unparsable({ reason }: BodyRejection): WireRefusal {
  switch (reason) {
    case 'not_json':
      return badRequest('The body is not JSON.', errorCodes.parseError)
    case 'too_deep':
      return badRequest(`The message is nested too deeply: at most ${nestingLimit} levels are taken.`, errorCodes.invalidRequest)
    case 'too_many_values':
      return badRequest(`The message has too many values: at most ${valuesLimit} are taken.`, errorCodes.invalidRequest)
    case 'inexact_number':
      return badRequest(
        `The message has a number that would not be passed on as it is: whole numbers up to ${Number.MAX_SAFE_INTEGER} are taken.`,
        errorCodes.invalidRequest,
      )
    case 'empty_batch':
      return badRequest('The batch is empty.', errorCodes.invalidRequest)
    case 'batch_too_long':
      return badRequest(`The batch is too long: at most ${batchLimit} messages are taken.`, errorCodes.invalidRequest)
  }
}
