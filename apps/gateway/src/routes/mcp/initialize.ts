import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'
import { parseInitializeParams } from '../../domain/mcp/initialize-params.ts'
import { errorCodes, resultReply } from '../../domain/mcp/json-rpc.ts'
import { openSession } from '../../flows/mcp/open-session.ts'
import type { Incoming } from './incoming.ts'
import { badRequest, openingRefusal, refuse } from './refusals.ts'
import { jsonTextResponse } from './respond.ts'
import type { McpServer } from './server.ts'

/** Answers `initialize` with a new session, whatever session id came along: clients whose session has ended begin anew like this. */
export async function answerInitialize(
  server: McpServer,
  { request, incoming }: { readonly request: JSONRPCRequest; readonly incoming: Incoming },
): Promise<Response> {
  const params = parseInitializeParams(request.params)
  if (!params.ok) return refuse(request.id, badRequest(`The parameters are wrong: ${params.error.detail}.`, errorCodes.invalidParams))
  const opened = await openSession(server, { ...incoming, askedVersion: params.value.protocolVersion })
  if (!opened.ok) return refuse(request.id, openingRefusal(opened.error))
  const { mcpSessionId, result } = opened.value
  return jsonTextResponse(resultReply(request.id, JSON.stringify(result)), { headers: { 'mcp-session-id': mcpSessionId } })
}
