import type { ServerResponse } from 'node:http'
import { type Answer, compressedAnswer, foreignRedirect, respond, signInPage } from './answer.ts'
import type { Addresses } from './addresses.ts'
import { toInjectedUrl } from './download-urls.ts'
import { single, toChildHeaders } from './headers.ts'
import { mapLocation } from './map-location.ts'
import { createDownloadRewriter, type DownloadRewriter } from './rewrite-downloads.ts'
import type { UpstreamHead } from './upstream.ts'

/** Where the body of a response goes. */
export interface BodySink {
  /** @returns False where the child does not keep up; its `drain` event says when it does again. */
  data(chunk: Uint8Array): boolean
  end(): void
}

export interface Delivery {
  readonly head: UpstreamHead
  /** What was asked for: answers of the API are rewritten, files never. */
  readonly kind: 'api' | 'download'
  /** The path that Forgejo was asked for. */
  readonly path: string
  readonly response: ServerResponse
  readonly addresses: Addresses
}

/** Up to this size an answer of the API is collected, so that it goes out whole and with its length; a larger one streams. */
const collectedBytes = 1_048_576
/** No URL is this long. */
const maxPendingBytes = 65_536

/** Passes a response of Forgejo on to the child, its redirects and download URLs turned to the injector. */
export function deliver(delivery: Delivery): BodySink {
  const { head, kind, path, response, addresses } = delivery
  const headers = toChildHeaders(head.headers)
  const location = single(head.headers['location'])
  if (location !== undefined && location !== '') {
    const mapped = mapLocation({ location, path, addresses })
    if (mapped.kind === 'mapped') headers['location'] = mapped.url
    else if (isRedirect(head.status)) return refuse(response, mapped.kind === 'sign_in' ? signInPage : foreignRedirect(kind, mapped.host))
  }
  if (kind === 'download' || !isJson(head) || response.req.method === 'HEAD') {
    response.writeHead(head.status, headers)
    return { data: (chunk) => response.write(chunk), end: () => response.end() }
  }
  if (isCompressed(head)) return refuse(response, compressedAnswer)
  delete headers['content-length']
  const rewriter = createDownloadRewriter((original) => toInjectedUrl(original, addresses))
  return rewriteInto({ response, status: head.status, headers, rewriter })
}

function rewriteInto({
  response,
  status,
  headers,
  rewriter,
}: {
  readonly response: ServerResponse
  readonly status: number
  readonly headers: Record<string, string | string[]>
  readonly rewriter: DownloadRewriter
}): BodySink {
  let collected: Buffer[] = []
  let size = 0
  return {
    data(chunk) {
      if (response.destroyed) return false
      collected.push(rewriter.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)))
      size += chunk.byteLength
      if (rewriter.pendingBytes > maxPendingBytes) response.destroy()
      if (size <= collectedBytes) return true
      if (!response.headersSent) response.writeHead(status, headers)
      const ready = Buffer.concat(collected)
      collected = []
      return ready.length === 0 || response.write(ready)
    },
    end() {
      const rest = Buffer.concat([...collected, rewriter.flush()])
      if (!response.headersSent) response.writeHead(status, withLength(headers, { status, length: rest.length }))
      response.end(rest)
    },
  }
}

function withLength(headers: Record<string, string | string[]>, { status, length }: { readonly status: number; readonly length: number }) {
  return status === 204 || status === 304 ? headers : { ...headers, 'content-length': String(length) }
}

function refuse(response: ServerResponse, reason: Answer): BodySink {
  respond(response, reason)
  return { data: () => true, end: () => undefined }
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400 && status !== 304
}

function isJson(head: UpstreamHead): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\b/i.test(single(head.headers['content-type']) ?? '')
}

function isCompressed(head: UpstreamHead): boolean {
  const encoding = single(head.headers['content-encoding']) ?? 'identity'
  return encoding.toLowerCase() !== 'identity' && encoding !== ''
}
