import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Fetch } from '@fjmcp-broker/shared/fetch'
import type { Cookie } from './browser/cookie.ts'
import { createCookieJar } from './browser/cookie-jar.ts'
import { type Form, type FormValues, fillForm, type Link, suits } from './browser/form.ts'
import { type Initiator, navigate, type Navigation } from './browser/navigation.ts'
import { readPage } from './browser/read-page.ts'

/** A page that the browser shows, or an address that it was redirected to and did not open. */
export interface Page {
  readonly url: string
  /** False when a redirect led to an address that is not http, or that `stopAt` names: then there is nothing on the page. */
  readonly isOpened: boolean
  /** Of the last response; that of the redirect when the page is not opened. */
  readonly status: number
  readonly headers: Headers
  readonly html: string
  readonly forms: readonly Form[]
  readonly links: readonly Link[]
  /**
   * Fills in the first form that has these fields and this button, and presses the button. Throws when there is none.
   *
   * @param button The text or the value of a button; the form's first by default.
   */
  submit(values?: FormValues, button?: string): Promise<Page>
  /** Follows the first link with this text or address. Throws when there is none. */
  follow(link: string): Promise<Page>
}

export interface OpenOptions {
  /** Names addresses, such as a client's redirect URI, that the browser must not open when it is redirected there; it holds for all that follows from the page. */
  readonly stopAt?: (url: string) => boolean
  /** The page, on whatever site, that leads here; by default a person types the address. */
  readonly from?: string
}

/** A person's browser: cookies, redirects and the headers that servers judge by. It runs no scripts. */
export interface Browser {
  readonly cookies: readonly Cookie[]
  open(url: string, options?: OpenOptions): Promise<Page>
  /** Sends a form that a page anywhere (`from`) could hold: what an attacker does. */
  post(url: string, values: Readonly<Record<string, string>>, options: OpenOptions & { readonly from: string }): Promise<Page>
}

/**
 * @param options `fetch` reaches the servers: the global one by default (Node's always says `Sec-Fetch-Mode: cors`), in a test the application itself (`routeByOrigin` for several).
 */
export function createBrowser(options: { readonly fetch?: Fetch; readonly clock?: Clock } = {}): Browser {
  const { fetch = (request: Request) => globalThis.fetch(request), clock = Date.now } = options
  const jar = createCookieJar(clock)

  async function go(navigation: Navigation): Promise<Page> {
    const { url, response, isOpened } = await navigate({ fetch, jar }, navigation)
    const html = isOpened ? await response.text() : ''
    const { forms, links } = readPage(html, url)
    const { stopAt } = navigation
    const initiator: Initiator = {
      url,
      referrerPolicy: response.headers.get('referrer-policy') ?? 'strict-origin-when-cross-origin',
      securityPolicy: response.headers.get('content-security-policy'),
    }
    return {
      url,
      isOpened,
      status: response.status,
      headers: response.headers,
      html,
      forms,
      links,
      submit(values = {}, button?: string) {
        const form = forms.find((candidate) => suits(candidate, values, button))
        if (form === undefined) throw new Error(`No form on ${url} has ${[...Object.keys(values), button ?? 'a button'].join(', ')}`)
        return go({ ...submission(form, fillForm(form, values, button)), initiator, stopAt })
      },
      follow(wanted) {
        const link = links.find(({ href, text }) => text === wanted || href === wanted)
        if (link === undefined) throw new Error(`No link ${wanted} on ${url}`)
        return go({ url: link.href, method: 'GET', initiator, stopAt })
      },
    }
  }

  return {
    get cookies() {
      return jar.cookies
    },
    open: (url, { from, stopAt = () => false } = {}) => go({ url, method: 'GET', initiator: foreignPage(from), stopAt }),
    post: (url, values, { from, stopAt = () => false }) =>
      go({ url, method: 'POST', body: new URLSearchParams(values), initiator: foreignPage(from), stopAt }),
  }
}

function submission(form: Form, entries: URLSearchParams): Pick<Navigation, 'url' | 'method' | 'body'> {
  if (form.method === 'post') return { url: form.action, method: 'POST', body: entries }
  const url = new URL(form.action)
  url.search = entries.toString()
  return { url: url.href, method: 'GET' }
}

function foreignPage(url: string | undefined): Initiator | undefined {
  return url === undefined ? undefined : { url, referrerPolicy: 'strict-origin-when-cross-origin', securityPolicy: null }
}
