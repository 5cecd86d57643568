/** One message in JSON as a server-sent event; JSON has no line breaks of its own. Without an id the client cannot resume after it. */
export function formatEvent({ id, json }: { readonly id?: string | undefined; readonly json: string }): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: message\ndata: ${json}\n\n`
}

/** An event without data that gives the client the id to resume from, and says when to. */
export function formatPriming(id: string, retryMs: number): string {
  return `id: ${id}\nretry: ${retryMs}\ndata:\n\n`
}

/** Says when to come again once the stream has ended, and nothing else. */
export function formatRetry(retryMs: number): string {
  return `retry: ${retryMs}\n\n`
}

/** Shows proxies and clients that the stream is alive. */
export const keepAliveComment = ': keep-alive\n\n'
