import type { Answer } from './network/ask.ts'

/** What is wrong with an answer that should have come from the broker, and what to do about it. */
export interface ProxyFault {
  readonly detail: string
  readonly remedy: string
}

/**
 * Explains an answer that is not the broker's: some proxy in between, or another program, has given it.
 *
 * @param url What was asked for, below the public URL.
 */
export function explainForeignAnswer({ answer, url }: { readonly answer: Answer; readonly url: string }): ProxyFault {
  const { status } = answer
  if (status >= 300 && status < 400) return explainRedirect(answer, url)
  if (status >= 500) {
    return {
      detail: `${url}: the proxy answers ${status}: it does not reach the broker`,
      remedy:
        'Look whether the broker runs, and whether the proxy sends to the address and port that the unit publishes (PublishPort=127.0.0.1:8080:8080).',
    }
  }
  if (status === 401 || status === 403 || status === 407) {
    return {
      detail: `${url}: the proxy answers ${status} itself: it wants a sign-in of its own or does not let everybody in`,
      remedy: 'Let the proxy pass this host without authentication: the broker does its own, and clients cannot do the one of a proxy.',
    }
  }
  if (status === 404) {
    return {
      detail: `${url}: not found (404): the proxy passes only some paths, or serves another site under this name`,
      remedy: 'Let the proxy pass all paths of this host to the broker; docs/deploy-caddy.md shows how.',
    }
  }
  return {
    detail: `${url}: another program answers (status ${status}, ${describeContent(answer)})`,
    remedy:
      'Look which site the proxy serves under this name, and whether it sends to the port of the broker; docs/deploy-caddy.md shows how.',
  }
}

function explainRedirect(answer: Answer, url: string): ProxyFault {
  const target = URL.parse(answer.headers.get('location') ?? '', url)
  if (target === null)
    return { detail: `${url}: a redirect (${answer.status}) to nowhere`, remedy: 'Let the proxy pass this host to the broker.' }
  if (target.href === new URL(url).href) {
    return {
      detail: `${url}: redirects to itself (${answer.status})`,
      remedy:
        'A proxy behind another one takes the request for http and sends it to https for ever: let the outer one speak https to the inner one (at Cloudflare: SSL mode "Full (strict)"), or switch the redirect of the inner one off.',
    }
  }
  // Without its query, which may hold anything.
  const place = `${target.origin}${target.pathname}`
  if (target.origin !== new URL(url).origin) {
    return {
      detail: `${url}: redirects to ${place} (${answer.status})`,
      remedy: `Set FJMCP_BROKER_PUBLIC_URL to ${target.origin} and register its callback in Forgejo, or let the proxy answer for ${new URL(url).origin} without a redirect.`,
    }
  }
  return {
    detail: `${url}: redirects to ${place} (${answer.status})`,
    remedy: 'Let the proxy pass all paths of this host to the broker, without a sign-in page or a rewrite of its own.',
  }
}

function describeContent({ headers, body }: Answer): string {
  const type = headers.get('content-type')?.split(';')[0]?.trim() ?? ''
  if (/^[\w.+-]+\/[\w.+-]+$/.test(type)) return type
  return body === '' ? 'an empty answer' : 'no content type'
}
