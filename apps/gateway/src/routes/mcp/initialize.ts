import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'
import { InitializeRequestParamsSchema } from '@modelcontextprotocol/sdk/types.js'
import { errorCodes, resultReply } from '../../domain/mcp/json-rpc.ts'
import { openSession } from '../../flows/mcp/open-session.ts'
import type { AccessToken } from '../../store/token-store.ts'
import { refuse, requestRefusal } from './refusals.ts'
import { jsonResponse } from './respond.ts'
import type { McpServer } from './server.ts'

/** Answers `initialize` with a new session, whatever session id came along: clients whose session has ended begin anew like this. */
export async function answerInitialize(
  server: McpServer,
  { request, token }: { readonly request: JSONRPCRequest; readonly token: AccessToken },
): Promise<Response> {
  const params = InitializeRequestParamsSchema.safeParse(request.params)
  if (!params.success) {
    const wrong = [...new Set(params.error.issues.map((issue) => issue.path.join('.') || 'params'))].join(', ')
    return refuse(request.id, { status: 400, error: { code: errorCodes.invalidParams, message: `The parameters are wrong: ${wrong}.` } })
  }
  const opened = await openSession(server, { token, askedVersion: params.data.protocolVersion })
  if (!opened.ok) return refuse(request.id, requestRefusal(opened.error, server.settings.publicUrl))
  const { mcpSessionId, result } = opened.value
  return jsonResponse(resultReply(request.id, result), { headers: { 'mcp-session-id': mcpSessionId } })
}
