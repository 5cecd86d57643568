import { err, ok, type Result } from '@fjmcp-broker/shared/result'

export type RedirectUriRejection =
  | { readonly reason: 'malformed_redirect_uri' }
  | { readonly reason: 'redirect_uri_too_long'; readonly limit: number }
  | { readonly reason: 'redirect_uri_with_fragment' }
  | { readonly reason: 'redirect_uri_with_user_name' }
  /** `http` is for loopback hosts only. */
  | { readonly reason: 'insecure_redirect_uri' }
  /** Neither in reverse domain notation nor on the operator's list. */
  | { readonly reason: 'refused_redirect_scheme'; readonly scheme: string }

const maxLength = 2_000

/**
 * Checks a redirect URI that a client wants to register: `https` anywhere, `http` on loopback hosts, a private-use scheme that holds a
 * dot or is one of `privateSchemes`.
 *
 * @see RFC 8252 §7, RFC 9700 §2.1
 */
export function checkRedirectUri(uri: string, privateSchemes: readonly string[]): Result<string, RedirectUriRejection> {
  if (uri.length > maxLength) return err({ reason: 'redirect_uri_too_long', limit: maxLength })
  const url = uriCharacters.test(uri) ? URL.parse(uri) : null
  if (url === null) return err({ reason: 'malformed_redirect_uri' })
  if (uri.includes('#')) return err({ reason: 'redirect_uri_with_fragment' })
  if (url.username !== '' || url.password !== '') return err({ reason: 'redirect_uri_with_user_name' })
  if (url.protocol === 'https:') return ok(uri)
  if (url.protocol === 'http:') return isLoopbackRedirectUri(uri) ? ok(uri) : err({ reason: 'insecure_redirect_uri' })
  const scheme = url.protocol.slice(0, -1)
  return scheme.includes('.') || privateSchemes.includes(scheme) ? ok(uri) : err({ reason: 'refused_redirect_scheme', scheme })
}

/**
 * Whether a client registered this redirect URI: letter for letter, save for the port of an `http` loopback one, which a native client
 * learns only when it starts to listen. `localhost` and `127.0.0.1` are two hosts.
 *
 * @see RFC 9700 §4.1.3, RFC 8252 §7.3
 */
export function isRegisteredRedirectUri(presented: string, registered: readonly string[]): boolean {
  if (registered.includes(presented)) return true
  const portless = withoutLoopbackPort(presented)
  return portless !== undefined && registered.some((uri) => withoutLoopbackPort(uri) === portless)
}

/** Whether the browser stays on the person's own computer, where any program may listen. */
export function isLoopbackRedirectUri(uri: string): boolean {
  return withoutLoopbackPort(uri) !== undefined
}

/** Where a redirect URI leads, for a person: the host, or what stands in its place in a private-use scheme. */
export function describeRedirectUri(uri: string): string {
  const url = new URL(uri)
  return /^https?:$/.test(url.protocol) ? url.host : `${url.protocol}//${url.host}`
}

const uriCharacters = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/

const loopbackUri = /^(http:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]))(?::\d{1,5})?((?:[/?].*)?)$/

function withoutLoopbackPort(uri: string): string | undefined {
  const [, host, rest] = loopbackUri.exec(uri) ?? []
  return host === undefined || rest === undefined || !URL.canParse(uri) ? undefined : host + rest
}
