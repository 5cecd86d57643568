import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { BrokenConnection } from '../broken-connection.ts'

/**
 * Stands in the way of one request.
 *
 * @param goOn Has Forgejo do what was asked, and gives its answer.
 */
export type Interception = (goOn: () => Promise<Response>) => Response | Promise<Response>

export interface Interceptions {
  /** Stands in the way of the next requests to this path, `times` of them: one by default. */
  add(path: string, interception: Interception, times?: number): void
  wrap(fetch: Fetch): Fetch
}

export function createInterceptions(): Interceptions {
  const waiting: { readonly path: string; readonly interception: Interception; left: number }[] = []
  return {
    add(path, interception, times = 1) {
      waiting.push({ path, interception, left: times })
    },
    wrap: (fetch) => async (request, peer) => {
      const { pathname } = new URL(request.url)
      const next = waiting.find(({ path, left }) => left > 0 && path === pathname)
      if (next === undefined) return fetch(request, peer)
      next.left -= 1
      return next.interception(async () => fetch(request, peer))
    },
  }
}

/** An error of the token endpoint in Forgejo's form. */
export function tokenError(error: string, description: string): Interception {
  return () => Response.json({ error, error_description: description }, { status: 400 })
}

/** The page that Forgejo, or a proxy before it, shows to people. */
export function errorPage(status: number, headers: Readonly<Record<string, string>> = {}): Interception {
  const html = `<!doctype html><html><body><h1>${status}</h1><p>Something is wrong here.</p></body></html>`
  return () => new Response(html, { status, headers: { 'content-type': 'text/html; charset=utf-8', ...headers } })
}

/** Forgejo does what was asked, but the connection breaks before its answer is there. */
export const loseAnswer: Interception = async (goOn) => {
  await goOn()
  throw new BrokenConnection('after the request was served')
}

/** The connection breaks, and Forgejo knows nothing of it. */
export const breakConnection: Interception = () => {
  throw new BrokenConnection('before the request was served')
}

/** Has Forgejo do what was asked, and changes members of its JSON; `undefined` takes one away. */
export function changeAnswer(changes: Readonly<Record<string, unknown>>): Interception {
  return async (goOn) => {
    const answer = await goOn()
    return Response.json({ ...((await answer.json()) as object), ...changes }, { status: answer.status })
  }
}
