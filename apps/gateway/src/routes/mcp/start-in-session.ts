import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'
import { resultReply } from '../../domain/mcp/json-rpc.ts'
import { judgeRequest } from '../../flows/mcp/judge-request.ts'
import { relayMessage } from '../../flows/mcp/relay-message.ts'
import type { Session } from '../../store/session-store.ts'
import { abortedWith } from './aborted-with.ts'
import type { Reply } from './answer-batch.ts'
import { beginCall, type OpenCall, type Reading } from './open-call.ts'
import type { Incoming } from './incoming.ts'
import { failureRefusal, requestRefusal, unreadAnswers, type WireRefusal } from './refusals.ts'
import type { McpServer } from './server.ts'
import { utf8Bytes } from './utf8-bytes.ts'

type Started =
  | { readonly kind: 'refused'; readonly refusal: WireRefusal }
  | { readonly kind: 'answered'; readonly reply: Reply }
  | { readonly kind: 'relayed'; readonly call: OpenCall }

/** Starts one request of a session, and sees to it that its reading stops when the client goes away. Never throws. */
export async function startInSession(
  server: McpServer,
  { incoming, session, request }: { readonly incoming: Incoming; readonly session: Session; readonly request: JSONRPCRequest },
): Promise<Started> {
  const { account, token } = incoming
  // The answer to a call needs room only when it comes; but it would wait behind those that wait already.
  const behind = account.take(0)
  if (behind !== undefined) return { kind: 'refused', refusal: unreadAnswers(behind) }
  try {
    const judged = await judgeRequest(server, { session, accessLevel: token.accessLevel, request })
    if (!judged.ok) return { kind: 'refused', refusal: requestRefusal(judged.error, server.settings.publicUrl) }
    if (judged.value.kind === 'call') return await relay(server, { incoming, session, message: judged.value.message })
    const json = resultReply(request.id, judged.value.resultJson)
    const takenBytes = utf8Bytes(json)
    const full = account.take(takenBytes)
    return full === undefined ? { kind: 'answered', reply: { json, takenBytes } } : { kind: 'refused', refusal: unreadAnswers(full) }
  } catch (error) {
    return { kind: 'refused', refusal: failureRefusal(error, server.log) }
  }
}

async function relay(
  server: McpServer,
  { incoming, session, message }: { readonly incoming: Incoming; readonly session: Session; readonly message: JSONRPCRequest },
): Promise<Started> {
  const { accessLevel } = incoming.token
  const stop = abortedWith(incoming.request.signal)
  const call = beginCall(server, { session, about: nameOf(message), stop })
  try {
    const relayed = await relayMessage(server, { session, accessLevel, message, signal: stop.signal, room: incoming.account })
    if (relayed.ok) return { kind: 'relayed', call: call.read(relayed.value) }
    call.finish('refused')
    return { kind: 'refused', refusal: requestRefusal(relayed.error, server.settings.publicUrl) }
  } catch (error) {
    call.finish('reading_failed')
    throw error
  }
}

function nameOf({ method, params }: JSONRPCRequest): Reading['about'] {
  return { method, tool: method === 'tools/call' ? String(params?.['name']) : undefined }
}
