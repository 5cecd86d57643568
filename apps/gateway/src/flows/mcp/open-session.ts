import { ok, type Result } from '@fjmcp-broker/shared/result'
import type { InitializeResult } from '@modelcontextprotocol/sdk/types.js'
import type { GatewayDependencies } from '../../dependencies.ts'
import { initializeResult } from '../../domain/mcp/initialize-result.ts'
import { negotiateVersion } from '../../domain/mcp/protocol-versions.ts'
import type { AccessToken } from '../../store/token-store.ts'
import type { Session } from '../../store/session-store.ts'
import type { LiveSessions } from '../../memory/live-sessions.ts'
import { type DescriptionRejection, type SessionDescriptions, sessionKey } from '../../memory/session-descriptions.ts'

export interface OpenedSession {
  /** The `Mcp-Session-Id`, which is nowhere stored. */
  readonly mcpSessionId: string
  readonly result: InitializeResult
}

/** Opens a session for the holder of a token. Where the child cannot be started, no session is left. */
export async function openSession(
  deps: Pick<GatewayDependencies, 'runner' | 'secrets' | 'newId' | 'clock' | 'log'> & {
    readonly sessions: LiveSessions
    readonly descriptions: SessionDescriptions
  },
  { token, askedVersion }: { readonly token: AccessToken; readonly askedVersion: string },
): Promise<Result<OpenedSession, DescriptionRejection>> {
  const mcpSessionId = deps.secrets.create('none')
  const session: Session = {
    id: deps.newId('ses'),
    hash: deps.secrets.hash(mcpSessionId),
    grantId: token.grantId,
    userId: token.userId,
    clientId: token.clientId,
    protocolVersion: negotiateVersion(askedVersion),
    logLevel: null,
    createdAtMs: deps.clock(),
  }
  const handshake = await deps.descriptions.ensure(session, token.accessLevel).outcome
  if (!handshake.ok) return handshake
  try {
    await deps.sessions.add(session)
  } catch (error) {
    deps.descriptions.drop(session)
    await deps.runner.end(sessionKey(session)).catch(() => undefined)
    throw error
  }
  deps.log.info('session_opened', { session: session.id, user: session.userId, client: session.clientId, version: session.protocolVersion })
  return ok({ mcpSessionId, result: initializeResult(handshake.value, session.protocolVersion) })
}
