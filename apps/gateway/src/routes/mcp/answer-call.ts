import type { StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import { within } from '@fjmcp-broker/shared/within'
import type { RequestId } from '@modelcontextprotocol/sdk/types.js'
import { parseEventId, startOfStream } from '../../domain/mcp/event-id.ts'
import { formatPriming } from '../../domain/mcp/event-stream-format.ts'
import { primesStreams } from '../../domain/mcp/protocol-versions.ts'
import type { Access } from '../../memory/open-answers.ts'
import { credentialDead } from './authenticate.ts'
import type { OpenCall } from './open-call.ts'
import { failureRefusal, refuse } from './refusals.ts'
import { jsonResponse } from './respond.ts'
import type { McpServer } from './server.ts'
import { startingWith } from './starting-with.ts'
import { streamCall } from './stream-call.ts'

interface AnsweredCall {
  readonly call: OpenCall
  /** In whose name. */
  readonly access: Access
  readonly id: RequestId
  readonly protocolVersion: string
}

/**
 * Answers one call. The head of the response waits for the child's first message: a lone response goes out as JSON, a notification or a
 * long silence begins a stream.
 */
export async function answerCall(server: McpServer, { call, access, id, protocolVersion }: AnsweredCall): Promise<Response> {
  const first = call.next()
  try {
    const head = await within(
      first.then((event) => ({ event })),
      server.timings.headWaitMs,
    )
    if (head?.event?.final === true) return answerAsJson(server, head.event)
    const opening =
      head !== undefined && head.event === undefined ? '' : await priming(server, { call, protocolVersion, seen: head?.event })
    return streamCall(server, { access, opening, next: startingWith(first, call.next), leave: call.leave, isResumable: true, id })
  } catch (error) {
    return refuse(id, failureRefusal(error, server.log))
  }
}

/** The response to a call that met a dead credential becomes a challenge; the JSON-RPC error says the same to whoever reads the body. */
function answerAsJson({ settings }: McpServer, { message, reason }: StreamEvent): Response {
  if (reason === undefined) return jsonResponse(message)
  const { status, headers } = credentialDead(settings.publicUrl)
  return jsonResponse(message, { status, ...(headers && { headers }) })
}

/** The event that lets a client resume before it has seen any; without a runner to tell its epoch there is none. */
async function priming(
  { runner, timings }: McpServer,
  { call, protocolVersion, seen }: { readonly call: OpenCall; readonly protocolVersion: string; readonly seen: StreamEvent | undefined },
): Promise<string> {
  if (!primesStreams(protocolVersion)) return ''
  try {
    const epoch = (seen && parseEventId(seen.id)?.epoch) ?? (await runner.status()).epoch
    return formatPriming(startOfStream({ epoch, stream: call.stream }), timings.retryMs)
  } catch {
    return ''
  }
}
