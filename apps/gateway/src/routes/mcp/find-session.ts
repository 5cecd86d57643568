import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { isProtocolVersion, protocolVersions } from '../../domain/mcp/protocol-versions.ts'
import type { AccessToken } from '../../store/token-store.ts'
import type { Session } from '../../store/session-store.ts'
import { badRequest, unknownSession, type WireRefusal } from './refusals.ts'
import type { McpServer } from './server.ts'

/**
 * Finds the session that a request belongs to, and checks that it speaks that session's protocol version. One that ended, never was or
 * belongs to another user or client is not found, without a difference.
 *
 * @see MCP 2025-11-25, Streamable HTTP, session management and protocol version header
 */
export async function findSession(
  { sessions, secrets }: Pick<McpServer, 'sessions' | 'secrets'>,
  { request, token }: { readonly request: Request; readonly token: AccessToken },
): Promise<Result<Session, WireRefusal>> {
  const mcpSessionId = request.headers.get('mcp-session-id')
  if (mcpSessionId === null || mcpSessionId === '') {
    return err(badRequest('The Mcp-Session-Id header is missing: begin with initialize, and send the id that comes with its answer.'))
  }
  const session = await sessions.find(secrets.hash(mcpSessionId), token)
  if (session === undefined) return err(unknownSession)
  const version = request.headers.get('mcp-protocol-version') ?? session.protocolVersion
  if (!isProtocolVersion(version)) {
    return err(badRequest(`The MCP-Protocol-Version is not supported; these are: ${protocolVersions.join(', ')}.`))
  }
  if (version !== session.protocolVersion) {
    return err(badRequest(`This session speaks MCP ${session.protocolVersion}: send that as MCP-Protocol-Version.`))
  }
  return ok(session)
}
