import type { Peer } from '@fjmcp-broker/shared/fetch'
import { type Context, Hono } from 'hono'
import { formatRetry } from '../domain/mcp/event-stream-format.ts'
import { errorCodes } from '../domain/mcp/json-rpc.ts'
import { isAllowedOrigin } from '../domain/mcp/origin.ts'
import type { GatewayEnv } from '../hono-env.ts'
import { type BodyAccount, createBodyBudget } from '../memory/body-budget.ts'
import { authenticate } from './mcp/authenticate.ts'
import { type AnswerMethod, answerWhileAllowed } from './mcp/answer-while-allowed.ts'
import { answerDelete } from './mcp/delete.ts'
import { answerGet } from './mcp/get.ts'
import { answerPost } from './mcp/post.ts'
import { answerPreflight } from './mcp/preflight.ts'
import { failureRefusal, methodNotAllowed, refuse } from './mcp/refusals.ts'
import type { McpDependencies, McpServer, McpTimings } from './mcp/server.ts'
import { createStandaloneStreams } from './mcp/standalone-streams.ts'

/** How soon after the time to drain the broker is there again where it is only restarted. Clients try no more than twice. */
const restartMs = 3_000

/** How many messages of the largest size are taken, and answers kept, at a time; one user may have a quarter of that. */
const mostMessages = 16

/** The least that all answers may take together until they are read: the lists of a child program can be large however small messages are. */
const leastAnswerBytes = 64 * 1024 * 1024

const standardTimings: McpTimings = { headWaitMs: 10_000, keepAliveMs: 15_000, retryMs: 1000 }

/**
 * The MCP endpoint: Streamable HTTP with sessions, for the revisions 2025-11-25, 2025-06-18 and 2025-03-26.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
 */
export function mcpRoutes(deps: McpDependencies): Hono<GatewayEnv> {
  const messagesBytes = mostMessages * deps.settings.maxMessageBytes
  const server: McpServer = {
    ...deps,
    timings: { ...standardTimings, ...deps.timings },
    standaloneStreams: createStandaloneStreams(),
    bodies: createBodyBudget({ ...deps, name: 'messages', totalBytes: messagesBytes }),
    answers: createBodyBudget({ ...deps, name: 'answers', totalBytes: Math.max(leastAnswerBytes, messagesBytes) }),
  }
  // They carry nothing that a client could miss, and would hold up the end of the server.
  deps.stopping.addEventListener('abort', () => server.standaloneStreams.closeAll(formatRetry(deps.settings.drainMs + restartMs)))
  const app = new Hono<GatewayEnv>()
  app.all('/', async (c) => {
    try {
      return await answer(server, c)
    } catch (error) {
      return refuse(null, failureRefusal(error, server.log))
    }
  })
  return app
}

const methods: ReadonlyMap<string, AnswerMethod> = new Map([
  ['POST', answerPost],
  ['GET', answerGet],
  ['DELETE', answerDelete],
])

async function answer(server: McpServer, c: Context<GatewayEnv>): Promise<Response> {
  const request = c.req.raw
  if (request.method === 'OPTIONS') return answerPreflight(request)
  if (!isAllowedOrigin(request.headers.get('origin'), server.settings)) {
    return refuse(null, { status: 403, error: { code: errorCodes.refused, message: 'Web pages of this origin are not allowed here.' } })
  }
  const method = methods.get(request.method)
  if (method === undefined) return methodNotAllowed('The MCP endpoint takes POST, GET and DELETE.')
  for (;;) {
    const endsBefore = server.openAnswers.countEnds()
    const token = await authenticate(server, c)
    if (!token.ok) return token.error
    // Else the token may have been read before its access ended, and the end found nothing here yet that it could end.
    if (server.openAnswers.countEnds() !== endsBefore) continue
    const account = openAccount(server.answers.open(token.value.userId), c.env.peer)
    return answerWhileAllowed(server, { request, token: token.value, account, method })
  }
}

/** Until the answer was taken; where nobody can tell, nothing is kept for it. */
function openAccount(account: BodyAccount, peer: Peer | undefined): BodyAccount {
  const close = () => account[Symbol.dispose]()
  if (peer?.whenAnswered === undefined) close()
  else peer.whenAnswered(close)
  return account
}
