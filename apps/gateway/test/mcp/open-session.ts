import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { initializeRequest, toolCall } from './mcp-endpoint.ts'

/** A session of a client that has signed in at the whole gateway. */
export interface OpenSession {
  /** Calls a tool. */
  call(id: number): Promise<Response>
  /** Sends a body as it is. */
  post(body: string | ReadableStream<Uint8Array>): Promise<Response>
  /** Ends it. */
  end(): Promise<Response>
  /** Opens the standalone stream. */
  listen(): Promise<Response>
  /** The same session with another token. */
  as(token: string): OpenSession
  /** The same client in a session of this id. */
  named(id: string): OpenSession
}

const mcpUrl = 'https://mcp.example.test/mcp'

/** Opens a session. Throws when it is refused. */
export async function openSession({ fetch }: { readonly fetch: Fetch }, token: string): Promise<OpenSession> {
  const response = await post({ fetch, token, body: JSON.stringify(initializeRequest()) })
  const session = response.headers.get('mcp-session-id')
  if (session === null) throw new Error(`No session: ${response.status} ${await response.text()}`)
  return inSession({ fetch, session, token })
}

function inSession(caller: { readonly fetch: Fetch; readonly session: string; readonly token: string }): OpenSession {
  const { fetch, session, token } = caller
  return {
    call: (id) => post({ ...caller, body: JSON.stringify(toolCall(id)) }),
    post: (body) => post({ ...caller, body }),
    end: async () => fetch(new Request(mcpUrl, { method: 'DELETE', headers: headersOf(token, session) })),
    listen: async () => fetch(new Request(mcpUrl, { headers: { ...headersOf(token, session), accept: 'text/event-stream' } })),
    as: (other) => inSession({ ...caller, token: other }),
    named: (id) => inSession({ ...caller, session: id }),
  }
}

async function post({
  fetch,
  token,
  session,
  body,
}: {
  readonly fetch: Fetch
  readonly token: string
  readonly session?: string
  readonly body: string | ReadableStream<Uint8Array>
}): Promise<Response> {
  const headers = { ...headersOf(token, session), 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  // Node wants to be told that a stream goes one way; the types do not know it.
  const init = { method: 'POST', headers, body, duplex: 'half' }
  return fetch(new Request(mcpUrl, init))
}

function headersOf(token: string, session: string | undefined): Record<string, string> {
  return { authorization: `Bearer ${token}`, ...(session === undefined ? {} : { 'mcp-session-id': session }) }
}
