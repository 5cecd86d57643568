import { type Dispatcher, Pool } from 'undici'
import type { Upstream, UpstreamFailure, UpstreamHandler } from './upstream.ts'

export interface UndiciUpstreamOptions {
  readonly forgejoUrl: string
  /** Connections at most; further requests wait for a free one. */
  readonly connections?: number
  readonly connectTimeoutMs?: number
  /** How long Forgejo may take to begin its answer. */
  readonly headersTimeoutMs?: number
  /** How long Forgejo may pause within its answer. */
  readonly bodyTimeoutMs?: number
}

/** The way to Forgejo over HTTP/1.1 with connections kept alive. Certificates are verified; proxy settings have no effect. */
export function createUndiciUpstream({
  forgejoUrl,
  connections = 64,
  connectTimeoutMs = 10_000,
  headersTimeoutMs = 60_000,
  bodyTimeoutMs = 60_000,
}: UndiciUpstreamOptions): Upstream {
  const pool = new Pool(new URL(forgejoUrl).origin, {
    connections,
    pipelining: 1,
    allowH2: false,
    headersTimeout: headersTimeoutMs,
    bodyTimeout: bodyTimeoutMs,
    // Shorter than what common servers and proxies allow, so that a request seldom meets a connection that is being closed.
    keepAliveTimeout: 15_000,
    connect: { timeout: connectTimeoutMs, rejectUnauthorized: true },
  })

  return {
    send({ method, path, headers, body }, handler) {
      const call = createCall(handler)
      pool.dispatch({ method, path, headers: { ...headers }, body }, call.dispatchHandler)
      return call
    },
    async close() {
      await pool.destroy()
    },
  }
}

function createCall(handler: UpstreamHandler) {
  let controller: Dispatcher.DispatchController | undefined
  let aborted = false
  const dispatchHandler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started
      if (aborted) started.abort(new Aborted())
    },
    onResponseStart(_, status, headers) {
      if (status >= 200) handler.head({ status, headers })
    },
    onResponseData(controller, chunk) {
      if (!handler.data(chunk)) controller.pause()
    },
    onResponseEnd() {
      handler.end()
    },
    onResponseError(_, error) {
      handler.failed(toFailure(error, controller !== undefined))
    },
  }
  return {
    dispatchHandler,
    resume() {
      controller?.resume()
    },
    abort() {
      aborted = true
      controller?.abort(new Aborted())
    },
  }
}

class Aborted extends Error {
  readonly code = 'ABORTED'
}

/** What fails before a connection took the request was never sent. */
function toFailure(error: Error, wasSent: boolean): UpstreamFailure {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  if (error instanceof Aborted) return { reason: 'aborted', code }
  if (!wasSent) return { reason: 'unreachable', code }
  return { reason: /^UND_ERR_(?:HEADERS|BODY)_TIMEOUT$/.test(code) ? 'timeout' : 'broken', code }
}
