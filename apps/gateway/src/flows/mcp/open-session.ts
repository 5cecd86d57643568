import { err, ok, type Result } from '@fjmcp-broker/shared/result'
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

/** Opens a session for the holder of a token. Where the child cannot be started, or the access ends meanwhile, no session is left. */
export async function openSession(
  deps: Pick<GatewayDependencies, 'runner' | 'secrets' | 'newId' | 'clock' | 'log'> & {
    readonly sessions: LiveSessions
    readonly descriptions: SessionDescriptions
  },
  { token, askedVersion, isAllowed }: SessionOpening,
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
  const catalogue = await deps.runner.catalogue()
  if (!catalogue.ok) return catalogue
  // A child takes its time to start; access that ended meanwhile ended all sessions that there were, and this was none yet.
  if (!isAllowed()) {
    await giveUp(deps, session)
    return err({ reason: 'session_ended' })
  }
  try {
    await deps.sessions.add(session)
  } catch (error) {
    await giveUp(deps, session)
    throw error
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

async function giveUp(
  { descriptions, runner }: Pick<GatewayDependencies, 'runner'> & { readonly descriptions: SessionDescriptions },
  session: Session,
): Promise<void> {
  descriptions.drop(session)
  await runner.end(sessionKey(session)).catch(() => undefined)
}
