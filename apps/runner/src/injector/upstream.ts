/** The way to the one Forgejo; no request can leave it for another host. Follows no redirect. */
export interface Upstream {
  /** Sends a request. The handler hears nothing of its response before this returns; a failure may come at once. */
  send(request: UpstreamRequest, handler: UpstreamHandler): UpstreamCall
  /** Ends its connections. */
  close(): Promise<void>
}

export type UpstreamHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

export interface UpstreamRequest {
  readonly method: string
  /** Path and query as they stand in the request line. */
  readonly path: string
  /** By names in lower case; without `host` and `content-length`. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | null
}

export interface UpstreamHead {
  readonly status: number
  /** By names in lower case. */
  readonly headers: UpstreamHeaders
}

/** Hears of a response: the head, data and the end, or a failure at any time, after which nothing comes. */
export interface UpstreamHandler {
  head(head: UpstreamHead): void
  /** @returns False to be sent no more until the call is resumed. */
  data(chunk: Uint8Array): boolean
  end(): void
  failed(failure: UpstreamFailure): void
}

export interface UpstreamCall {
  resume(): void
  /** Gives up; the handler may still hear of a failure, and of nothing else. */
  abort(): void
}

/** `code` is for the log and names no address: `ECONNREFUSED`, `UND_ERR_HEADERS_TIMEOUT`. */
export interface UpstreamFailure {
  readonly reason: 'unreachable' | 'timeout' | 'broken' | 'aborted'
  readonly code: string
}
