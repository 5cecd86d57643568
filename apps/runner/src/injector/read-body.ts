import type { IncomingMessage, ServerResponse } from 'node:http'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'

export interface BodyRejection {
  readonly reason: 'too_large' | 'no_room' | 'broken_off'
}

/** Reads a request's body whole, so that the request can be repeated; null where it has none. Asks for it where that is waited for. */
export function readBody({
  request,
  response,
  maxBytes,
  take,
}: {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly maxBytes: number
  /** Asks for room for so many bytes more. */
  readonly take: (bytes: number) => boolean
}): Promise<Result<Buffer | null, BodyRejection>> {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  if (encoding === undefined && (length === undefined || length === '0')) return Promise.resolve(ok(null))
  if (Number(length) > maxBytes) return Promise.resolve(err({ reason: 'too_large' }))
  if (isWaitingToSend(request)) response.writeContinue()
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    let isRefused = false
    const refuse = (reason: 'too_large' | 'no_room') => {
      isRefused = true
      chunks.length = 0
      resolve(err({ reason }))
    }
    request.on('data', (chunk: Buffer) => {
      if (isRefused) return
      size += chunk.length
      if (size > maxBytes) refuse('too_large')
      else if (take(chunk.length)) chunks.push(chunk)
      else refuse('no_room')
    })
    request.on('end', () => resolve(ok(size === 0 ? null : Buffer.concat(chunks))))
    request.on('close', () => resolve(err({ reason: 'broken_off' })))
  })
}

/** Any other expectation was refused before. @see RFC 9110 §10.1.1 */
function isWaitingToSend({ headers, httpVersion }: IncomingMessage): boolean {
  return headers.expect !== undefined && httpVersion !== '1.0'
}
