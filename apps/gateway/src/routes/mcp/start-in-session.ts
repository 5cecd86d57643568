import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'
import { resultReply } from '../../domain/mcp/json-rpc.ts'
import { startRequest } from '../../flows/mcp/start-request.ts'
import type { Session } from '../../store/session-store.ts'
import { abortedWith } from './aborted-with.ts'
import { type OpenCall, openCall, type Reading } from './open-call.ts'
import type { Incoming } from './incoming.ts'
import { failureRefusal, requestRefusal, type WireRefusal } from './refusals.ts'
import type { McpServer } from './server.ts'

type Started =
  | { readonly kind: 'refused'; readonly refusal: WireRefusal }
  /** With the response in JSON. */
  | { readonly kind: 'answered'; readonly reply: string }
  | { readonly kind: 'relayed'; readonly call: OpenCall }

/** Starts one request of a session, and sees to it that its reading stops when the client goes away. Never throws. */
export async function startInSession(
  server: McpServer,
  { incoming, session, request }: { readonly incoming: Incoming; readonly session: Session; readonly request: JSONRPCRequest },
): Promise<Started> {
  const { accessLevel } = incoming.token
  const stop = abortedWith(incoming.request.signal)
  try {
    const started = await startRequest(server, { session, accessLevel, request, signal: stop.signal })
    if (!started.ok) return { kind: 'refused', refusal: requestRefusal(started.error, server.settings.publicUrl) }
    if (started.value.kind === 'answered') return { kind: 'answered', reply: resultReply(request.id, started.value.resultJson) }
    return { kind: 'relayed', call: openCall(server, started.value.call, { session, about: nameOf(request), stop }) }
  } catch (error) {
    return { kind: 'refused', refusal: failureRefusal(error, server.log) }
  }
}

function nameOf({ method, params }: JSONRPCRequest): Reading['about'] {
  return { method, tool: method === 'tools/call' ? String(params?.['name']) : undefined }
}
