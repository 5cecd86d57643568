import type { HttpAnswer } from './answer-reader.ts'
import { createHttpConnection, type HttpConnection } from './http-connection.ts'
import { callRequest, initializedNotification, initializeRequest, listRequest, protocolVersion } from './messages.ts'
import type { Session } from './session.ts'

/**
 * A session over streamable HTTP, at `/mcp` of that port on loopback.
 *
 * @param target `accessToken` only where it asks for one; `connection` where sessions share one, which then stays open.
 */
export function createHttpSession({
  port,
  accessToken,
  connection: shared,
}: {
  readonly port: number
  readonly accessToken?: string | undefined
  readonly connection?: HttpConnection | undefined
}): Session {
  const connection = shared ?? createHttpConnection(port)
  const fields = [
    `Host: 127.0.0.1:${port}`,
    'Accept: application/json, text/event-stream',
    'Content-Type: application/json',
    ...(accessToken === undefined ? [] : [`Authorization: Bearer ${accessToken}`]),
  ]
  let head = fields.join('\r\n')
  let id = 0

  return {
    async initialize() {
      const answer = await post(initializeRequest, 'serverInfo')
      const sessionId = /\r\nmcp-session-id: *([^\r]+)/i.exec(answer.head)?.[1]
      if (sessionId === undefined) throw new Error('The answer to initialize names no session.')
      head = [...fields, `Mcp-Session-Id: ${sessionId}`, `MCP-Protocol-Version: ${protocolVersion}`].join('\r\n')
    },
    async confirm() {
      await post(initializedNotification, '')
    },
    async call(tool) {
      id++
      await post(callRequest(id, tool), tool.answer)
    },
    async list() {
      id++
      await post(listRequest(id), '"tools"')
    },
    async close() {
      await connection.exchange(`DELETE /mcp HTTP/1.1\r\n${head}\r\nContent-Length: 0\r\n\r\n`)
      if (shared === undefined) connection.close()
    },
  }

  async function post(body: string, wanted: string): Promise<HttpAnswer> {
    const answer = await connection.exchange(`POST /mcp HTTP/1.1\r\n${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
    if (answer.status < 300 && answer.body.includes(wanted)) return answer
    throw new Error(`Answered ${answer.status}: ${answer.body.toString().slice(0, 300)}`)
  }
}
