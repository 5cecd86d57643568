import type { Result } from '@fjmcp-broker/shared/result'
import type { RequestId } from '@modelcontextprotocol/sdk/types.js'
import { errorCodes, errorReply } from '../../domain/mcp/json-rpc.ts'
import type { ClientMessage, InvalidMessage } from '../../domain/mcp/parse-body.ts'
import { allowsBatches } from '../../domain/mcp/protocol-versions.ts'
import { takeNotification } from '../../flows/mcp/take-notification.ts'
import type { Session } from '../../store/session-store.ts'
import { answerBatch, type Reply } from './answer-batch.ts'
import { findSession } from './find-session.ts'
import type { OpenCall } from './open-call.ts'
import { invalidMessage } from './post-message.ts'
import type { Incoming } from './incoming.ts'
import { badRequest, failureRefusal, refuse, type WireRefusal } from './refusals.ts'
import { emptyResponse } from './respond.ts'
import type { McpServer } from './server.ts'
import { startInSession } from './start-in-session.ts'

type Parsed = Result<ClientMessage, InvalidMessage>

/**
 * Answers a POST of a batch. Its messages are started in their order and run at once; one that is refused gets a JSON-RPC error beside
 * the responses of the others.
 */
export async function answerBatchBody(server: McpServer, incoming: Incoming, messages: readonly Parsed[]): Promise<Response> {
  if (messages.some(isInitialize)) return refuse(null, badRequest('Send initialize by itself, not in a batch.', errorCodes.invalidRequest))
  const session = await findSession(server, incoming)
  if (!session.ok) return refuse(null, session.error)
  const { protocolVersion } = session.value
  if (!allowsBatches(protocolVersion)) {
    return refuse(
      null,
      badRequest(`There are no batches in MCP ${protocolVersion}: send one message at a time.`, errorCodes.invalidRequest),
    )
  }
  const started = await Promise.all(messages.map((message) => start(server, { incoming, session: session.value, message })))
  const replies = started.flatMap(({ reply }) => reply ?? [])
  const calls = started.flatMap(({ call }) => call ?? [])
  return replies.length + calls.length === 0 ? emptyResponse(202) : answerBatch(server, { incoming, replies, calls })
}

/** What a message of a batch leads to: nothing, a reply that is there already, or a call whose response comes. */
interface Part {
  readonly reply?: Reply
  readonly call?: OpenCall
}

/** Never throws. */
async function start(
  server: McpServer,
  { incoming, session, message }: { readonly incoming: Incoming; readonly session: Session; readonly message: Parsed },
): Promise<Part> {
  if (!message.ok) return refused(message.error.id, invalidMessage(message.error))
  if (message.value.kind === 'response') return {}
  if (message.value.kind === 'notification') {
    // Nobody waits for an answer to it, and the calls beside it have theirs to get.
    await takeNotification(server, { session, notification: message.value.notification }).catch((error: unknown) => {
      failureRefusal(error, server.log)
    })
    return {}
  }
  const { request } = message.value
  const started = await startInSession(server, { incoming, session, request })
  if (started.kind === 'refused') return refused(request.id, started.refusal)
  return started.kind === 'answered' ? { reply: started.reply } : { call: started.call }
}

/** So small that no room is taken for it. */
function refused(id: RequestId | null, { error }: WireRefusal): Part {
  return { reply: { json: JSON.stringify(errorReply(id, error)), takenBytes: 0 } }
}

function isInitialize(message: Parsed): boolean {
  return message.ok && message.value.kind === 'request' && message.value.request.method === 'initialize'
}
