import type { Fetch } from '@fjmcp-broker/shared/fetch'
import type { CookieJar } from './cookie-jar.ts'
import { allowsFormAction } from './form-action.ts'
import { isTrustworthy, relateSites } from './site.ts'

/** The page that a navigation starts from. */
export interface Initiator {
  readonly url: string
  readonly referrerPolicy: string
  readonly securityPolicy: string | null
}

/** A request for a new page. */
export interface Navigation {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly body?: URLSearchParams
  /** Absent when a person types the address. */
  readonly initiator?: Initiator | undefined
  /** Names addresses that the browser must not open when it is redirected there. */
  readonly stopAt: (url: string) => boolean
}

/** Where a navigation ended. */
export interface Arrival {
  readonly url: string
  readonly response: Response
  /** False when the browser was redirected to `url` and did not open it. */
  readonly isOpened: boolean
}

const longestChain = 20

/** Goes to a page and follows redirects, with the cookies and headers of a browser. */
export async function navigate(
  { fetch, jar }: { readonly fetch: Fetch; readonly jar: CookieJar },
  navigation: Navigation,
): Promise<Arrival> {
  let { method, body } = navigation
  const chain = [new URL(navigation.url)]
  while (chain.length <= longestChain) {
    const url = chain.at(-1) ?? new URL(navigation.url)
    checkFormAction(navigation, url)
    const response = await fetch(buildRequest({ navigation, chain, url, method, body, jar }))
    jar.store(response, url)
    const location = response.headers.get('location')
    if (location === null || ![301, 302, 303, 307, 308].includes(response.status)) return { url: url.href, response, isOpened: true }
    await response.body?.cancel()
    const next = new URL(location, url)
    if (!/^https?:$/.test(next.protocol) || navigation.stopAt(next.href)) {
      checkFormAction(navigation, next)
      return { url: next.href, response, isOpened: false }
    }
    if (response.status <= 303) {
      method = 'GET'
      body = undefined
    }
    chain.push(next)
  }
  throw new Error(`The browser gave up after ${longestChain} redirects, at ${chain.at(-1)?.href}`)
}

function buildRequest({
  navigation: { initiator },
  chain,
  url,
  method,
  body,
  jar,
}: {
  readonly navigation: Navigation
  readonly chain: readonly URL[]
  readonly url: URL
  readonly method: 'GET' | 'POST'
  readonly body: URLSearchParams | undefined
  readonly jar: CookieJar
}): Request {
  const relation = relateSites(initiator?.url, chain)
  const headers = new Headers({ accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'accept-language': 'en' })
  if (isTrustworthy(url)) {
    headers.set('sec-fetch-site', relation)
    headers.set('sec-fetch-mode', 'navigate')
    headers.set('sec-fetch-dest', 'document')
    headers.set('sec-fetch-user', '?1')
  }
  if (method === 'POST' && initiator !== undefined) headers.set('origin', serializeOrigin(initiator, chain))
  const cookies = jar.headerFor({ url, method, relation })
  if (cookies !== '') headers.set('cookie', cookies)
  return new Request(url, { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) })
}

/**
 * A POST tells its origin, except from a page without referrers, from https to http, and after a redirect through a foreign origin.
 *
 * @see Fetch §3.2 (append a request Origin header)
 */
function serializeOrigin({ url, referrerPolicy }: Initiator, chain: readonly URL[]): string {
  const { origin, protocol } = new URL(url)
  const target = chain.at(-1)
  const cameThroughForeign = chain.slice(0, -1).some((passed) => passed.origin !== origin)
  const isDowngrade = protocol === 'https:' && target?.protocol === 'http:'
  const isWithheld = referrerPolicy === 'no-referrer' || (referrerPolicy === 'same-origin' && target?.origin !== origin)
  return cameThroughForeign || isDowngrade || isWithheld ? 'null' : origin
}

function checkFormAction({ initiator, method }: Navigation, target: URL): void {
  if (method !== 'POST' || initiator === undefined) return
  if (allowsFormAction(initiator.securityPolicy, initiator.url, target)) return
  throw new Error(`The form-action of ${initiator.url} forbids the way to ${target.origin}${target.pathname}`)
}
