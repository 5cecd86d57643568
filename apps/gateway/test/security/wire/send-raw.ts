import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { onTestFinished } from 'vitest'
import { serveTcp } from '../../../src/serve.ts'

/** What came back, as it stood on the wire. */
export interface RawAnswer {
  /** Of each answer on the connection, in order. */
  readonly statuses: readonly number[]
  readonly text: string
}

/** @param isWhole False where the client leaves after it has sent this. */
type Send = (request: string, isWhole?: boolean) => Promise<RawAnswer>

/** Serves the gateway on a socket; answers with a function that writes bytes to it and reads until the server closes. */
export async function serveRaw(fetch: Fetch): Promise<Send> {
  const served = await serveTcp(fetch, { host: '127.0.0.1', port: 0 })
  if (!served.ok || served.value.address === undefined) throw new Error('nothing listens')
  const server = served.value
  const { address } = served.value
  onTestFinished(() => {
    server.breakOff()
    return server.close()
  })
  return async (request, isWhole = true) => {
    const socket = connect({ host: address.host, port: address.port })
    socket.write(request, 'latin1')
    if (!isWhole) socket.end()
    const answer = await text(socket)
    return { statuses: [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)), text: answer }
  }
}

/** A request as text, with the headers that HTTP asks for. */
export function requestText(line: string, headers: readonly string[] = [], body = ''): string {
  const length = body === '' ? [] : [`Content-Length: ${new TextEncoder().encode(body).length}`]
  return [`${line} HTTP/1.1`, 'Host: mcp.example.test', 'Connection: close', ...length, ...headers, '', body].join('\r\n')
}
