import type { Upstream, UpstreamHandler } from '@fjmcp-broker/runner/injector/upstream'
import type { Fetch } from '@fjmcp-broker/shared/fetch'

/** A way to Forgejo that ends in a function: for the injector in front of a fake Forgejo, without a socket between them. */
export function createFetchUpstream({ forgejoUrl, fetch }: { readonly forgejoUrl: string; readonly fetch: Fetch }): Upstream {
  const { origin } = new URL(forgejoUrl)
  return {
    send({ method, path, headers, body }, handler) {
      const ending = new AbortController()
      const gate = createGate()
      const init = {
        method,
        headers,
        body: body === null ? null : new Uint8Array(body),
        redirect: 'manual' as const,
        signal: ending.signal,
      }
      void relay({ answer: () => fetch(new Request(origin + path, init)), handler, open: gate.open, signal: ending.signal })
      return { resume: gate.resume, abort: () => ending.abort() }
    },
    async close() {},
  }
}

async function relay({
  answer,
  handler,
  open,
  signal,
}: {
  readonly answer: () => Response | Promise<Response>
  readonly handler: UpstreamHandler
  /** Resolves when the reader wants more. */
  readonly open: (wantsMore: boolean) => Promise<void>
  readonly signal: AbortSignal
}): Promise<void> {
  try {
    await open(true)
    const response = await answer()
    signal.throwIfAborted()
    handler.head({ status: response.status, headers: Object.fromEntries(response.headers) })
    for await (const chunk of response.body ?? []) {
      signal.throwIfAborted()
      await open(handler.data(chunk))
    }
    handler.end()
  } catch {
    handler.failed(signal.aborted ? { reason: 'aborted', code: 'ABORTED' } : { reason: 'unreachable', code: 'FETCH_FAILED' })
  }
}

function createGate(): { readonly open: (wantsMore: boolean) => Promise<void>; readonly resume: () => void } {
  let resume: () => void = () => undefined
  return {
    async open(wantsMore) {
      if (wantsMore) return
      const { promise, resolve } = Promise.withResolvers<void>()
      resume = resolve
      await promise
    },
    resume: () => resume(),
  }
}
