import { endSession } from '../../flows/mcp/end-session.ts'
import { findSession } from './find-session.ts'
import type { Incoming } from './incoming.ts'
import { refuse, unknownSession } from './refusals.ts'
import { emptyResponse } from './respond.ts'
import type { McpServer } from './server.ts'

/** DELETE: ends the session. */
export async function answerDelete(server: McpServer, incoming: Incoming): Promise<Response> {
  const session = await findSession(server, incoming)
  if (!session.ok) return refuse(null, session.error)
  const ended = await endSession(server, session.value)
  return ended ? emptyResponse(204) : refuse(null, unknownSession)
}
