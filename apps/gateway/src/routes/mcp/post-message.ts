import type { Result } from '@fjmcp-broker/shared/result'
import type { RequestId } from '@modelcontextprotocol/sdk/types.js'
import { errorCodes } from '../../domain/mcp/json-rpc.ts'
import { isOfNewerEra } from '../../domain/mcp/newer-era.ts'
import type { ClientMessage, InvalidMessage } from '../../domain/mcp/parse-body.ts'
import { protocolVersions } from '../../domain/mcp/protocol-versions.ts'
import { takeNotification } from '../../flows/mcp/take-notification.ts'
import { answerCall } from './answer-call.ts'
import { findSession } from './find-session.ts'
import { answerInitialize } from './initialize.ts'
import type { Incoming } from './incoming.ts'
import { badRequest, failureRefusal, refuse, type WireRefusal } from './refusals.ts'
import { emptyResponse, jsonTextResponse } from './respond.ts'
import type { McpServer } from './server.ts'
import { startInSession } from './start-in-session.ts'

/** Answers a POST of one message. */
export async function answerMessage(
  server: McpServer,
  incoming: Incoming,
  message: Result<ClientMessage, InvalidMessage>,
): Promise<Response> {
  if (!message.ok) return refuse(message.error.id, invalidMessage(message.error))
  try {
    return await answer(server, incoming, message.value)
  } catch (error) {
    return refuse(idOf(message.value), failureRefusal(error, server.log))
  }
}

async function answer(server: McpServer, incoming: Incoming, message: ClientMessage): Promise<Response> {
  if (message.kind === 'request' && isOfNewerEra(message.request)) return refuse(message.request.id, newerEra)
  if (message.kind === 'request' && message.request.method === 'initialize') {
    return answerInitialize(server, { request: message.request, incoming })
  }
  const session = await findSession(server, incoming)
  if (!session.ok) return refuse(idOf(message), session.error)
  if (message.kind === 'response') return emptyResponse(202)
  if (message.kind === 'notification') {
    await takeNotification(server, { session: session.value, notification: message.notification })
    return emptyResponse(202)
  }
  const { id } = message.request
  const started = await startInSession(server, { incoming, session: session.value, request: message.request })
  if (started.kind === 'refused') return refuse(id, started.refusal)
  if (started.kind === 'answered') return jsonTextResponse(started.reply.json)
  return answerCall(server, { call: started.call, access: incoming.token, id, protocolVersion: session.value.protocolVersion })
}

/** A message that is JSON but not JSON-RPC. */
export function invalidMessage({ detail }: InvalidMessage): WireRefusal {
  return badRequest(`This is no JSON-RPC 2.0 message: ${detail}.`, errorCodes.invalidRequest)
}

const newerEra = badRequest(`This server speaks MCP ${protocolVersions.join(', ')}: begin with initialize.`)

function idOf(message: ClientMessage): RequestId | null {
  return message.kind === 'request' ? message.request.id : null
}
