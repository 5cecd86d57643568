import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { ChildFailure } from '@fjmcp-broker/shared/runner/runner'
import type { InitializeResult } from '@modelcontextprotocol/sdk/types.js'
import type { GatewayDependencies } from '../../dependencies.ts'
import { initializeResult } from '../../domain/mcp/initialize-result.ts'
import { negotiateVersion } from '../../domain/mcp/protocol-versions.ts'
import type { ChildCatalogueMemory } from '../../memory/child-catalogue.ts'
import type { LiveSessions } from '../../memory/live-sessions.ts'
import type { Session } from '../../store/session-store.ts'
import type { AccessToken } from '../../store/token-store.ts'
import { releaseSessions, type ReleasingSessions } from './release-sessions.ts'

export interface OpenedSession {
  /** The `Mcp-Session-Id`, which is nowhere stored. */
  readonly mcpSessionId: string
  readonly result: InitializeResult
}

/** `access_ended`: it ended while the request was on its way. */
export type OpeningRejection = ChildFailure | { readonly reason: 'access_ended' }

/**
 * Opens a session for the holder of a token: a row, and nothing in the runner before the first call. Where what the child offers is not known
 * and cannot be learned, or the access ends meanwhile, no session is left. At a limit of sessions the one used longest ago ends for it.
 */
export async function openSession(
  deps: Pick<GatewayDependencies, 'secrets' | 'newId' | 'clock'> &
    ReleasingSessions & { readonly sessions: LiveSessions; readonly catalogue: ChildCatalogueMemory },
  { token, askedVersion, isAllowed }: SessionOpening,
): Promise<Result<OpenedSession, OpeningRejection>> {
  const catalogue = await deps.catalogue.get()
  if (!catalogue.ok) return catalogue
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
  const ended = await deps.sessions.add(session)
  deps.waitUntil(releaseSessions(deps, { ended, by: 'limit' }).then(() => {}))
  // Access that ended meanwhile ended all sessions that there were, and this was none yet.
  if (!isAllowed()) {
    await deps.sessions.end(session)
    return err({ reason: 'access_ended' })
  }
  deps.log.info('session_opened', { session: session.id, user: session.userId, client: session.clientId, version: session.protocolVersion })
  return ok({ mcpSessionId, result: initializeResult(catalogue.value.handshake, session.protocolVersion) })
}

interface SessionOpening {
  readonly token: AccessToken
  readonly askedVersion: string
  /** Whether the access has not ended since. */
  readonly isAllowed: () => boolean
}
