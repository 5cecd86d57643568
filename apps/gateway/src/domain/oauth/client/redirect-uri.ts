import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { isLoopbackHost } from '../../network/loopback-host.ts'
import { isEditorCommand } from './editor-link.ts'

export type RedirectUriRejection =
  | { readonly reason: 'malformed_redirect_uri' }
  | { readonly reason: 'redirect_uri_too_long'; readonly limit: number }
  | { readonly reason: 'redirect_uri_with_fragment' }
  | { readonly reason: 'redirect_uri_with_user_name' }
  /** `http` is for loopback hosts only. */
  | { readonly reason: 'insecure_redirect_uri' }
  /** Neither in reverse domain notation nor on the operator's list. */
  | { readonly reason: 'refused_redirect_scheme'; readonly scheme: string }
  /** A browser goes elsewhere than the text shows, or it shows nothing. */
  | { readonly reason: 'ambiguous_redirect_uri' }
  | { readonly reason: 'own_redirect_uri' }
  /** The query holds what the response brings. */
  | { readonly reason: 'reserved_redirect_parameter'; readonly name: string }
  /** An address at which an editor does what a link tells it, instead of waiting for the end of a sign-in. */
  | { readonly reason: 'deep_link_redirect_uri' }
  /** Orders are given to applications so; who waits for the end of a sign-in needs none. */
  | { readonly reason: 'query_in_redirect_uri' }

export interface RedirectUriRules {
  /** Private-use URI schemes without a dot that are allowed all the same. */
  readonly privateSchemes: readonly string[]
  /** The broker's own origin, where no client is. */
  readonly ownOrigin: string
}

const maxLength = 2_000

/**
 * Checks a redirect URI that a client wants to register: `https` anywhere but here, `http` on loopback hosts, a private-use scheme that
 * holds a dot, or is one of `privateSchemes` and has no query.
 *
 * @see RFC 8252 §7, RFC 9700 §2.1
 */
export function checkRedirectUri(uri: string, rules: RedirectUriRules): Result<string, RedirectUriRejection> {
  if (uri.length > maxLength) return err({ reason: 'redirect_uri_too_long', limit: maxLength })
  const url = uriCharacters.test(uri) ? URL.parse(uri) : null
  if (url === null) return err({ reason: 'malformed_redirect_uri' })
  if (uri.includes('#')) return err({ reason: 'redirect_uri_with_fragment' })
  if (url.username !== '' || url.password !== '') return err({ reason: 'redirect_uri_with_user_name' })
  const name = reservedParameters.find((reserved) => url.searchParams.has(reserved))
  if (name !== undefined) return err({ reason: 'reserved_redirect_parameter', name })
  return isWeb(url) ? checkWebUri(uri, url, rules) : checkPrivateUri(uri, url, rules)
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

/**
 * Whether the browser hands over to a program on the person's device instead of a web site: any program there can take that place.
 *
 * @see RFC 6761 §6.3, for the names below `localhost`
 */
export function isDeviceRedirectUri(uri: string): boolean {
  const { protocol, hostname } = new URL(uri)
  return protocol !== 'https:' || isLoopbackHost(hostname) || hostname.endsWith('.localhost')
}

/** Whether a redirect URI leads back to the broker itself. One on loopback is reached by every loopback address. */
export function isOwnRedirectUri(uri: string, ownOrigin: string): boolean {
  const [there, here] = [new URL(uri), new URL(ownOrigin)]
  if (there.protocol !== here.protocol || there.port !== here.port) return false
  return there.hostname === here.hostname || (isLoopbackHost(there.hostname) && isLoopbackHost(here.hostname))
}

/** Where a redirect URI leads, for a person: the host, or what stands in its place in a private-use scheme. */
export function describeRedirectUri(uri: string): string {
  const url = new URL(uri)
  return isWeb(url) ? url.host : `${url.protocol}//${url.host}`
}

const reservedParameters = ['code', 'state', 'iss', 'error', 'error_description']

// Names with nothing in them but what stands in names (`a.example(.evil.example` is one of evil.example's), or an IPv6 address.
const webUri = /^https?:\/\/([\w-]+(?:\.[\w-]+)*|\[[\da-f:.]+\])(?::\d+)?(?:[/?]|$)/i

function checkWebUri(uri: string, url: URL, { ownOrigin }: RedirectUriRules): Result<string, RedirectUriRejection> {
  // `https:evil.example`, `https://%65vil.example` and `https://2130706433` all lead to a host that does not stand there as text.
  if (webUri.exec(uri)?.[1]?.toLowerCase() !== url.hostname) return err({ reason: 'ambiguous_redirect_uri' })
  if (isOwnRedirectUri(uri, ownOrigin)) return err({ reason: 'own_redirect_uri' })
  return url.protocol === 'https:' || isLoopbackRedirectUri(uri) ? ok(uri) : err({ reason: 'insecure_redirect_uri' })
}

const uriWithAuthority = /^[a-z][a-z\d+.-]*:\/\/[\w.-]+(?:[/?]|$)/i
// Who has a scheme in reverse domain notation needs no authority behind it, so that RFC 8252 §7.1 recommends a single slash.
const uriWithPath = /^[a-z][a-z\d+-]*\.[a-z\d+.-]*:\/(?!\/)/i

// An address of an extension that VS Code has made public (`asExternalUri`) says in which window the extension is.
const uriWithoutOrders = /^[^?]+(?:\?windowId=\w+)?$/

function checkPrivateUri(uri: string, url: URL, { privateSchemes }: RedirectUriRules): Result<string, RedirectUriRejection> {
  const scheme = url.protocol.slice(0, -1)
  const isReverseDomain = scheme.includes('.')
  if (!isReverseDomain && !privateSchemes.includes(scheme)) return err({ reason: 'refused_redirect_scheme', scheme })
  if (!uriWithAuthority.test(uri) && !uriWithPath.test(uri)) return err({ reason: 'ambiguous_redirect_uri' })
  if (isEditorCommand(url)) return err({ reason: 'deep_link_redirect_uri' })
  if (!isReverseDomain && !uriWithoutOrders.test(uri)) return err({ reason: 'query_in_redirect_uri' })
  return ok(uri)
}

function isWeb({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'http:'
}

const uriCharacters = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/

const loopbackUri = /^(http:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]))(?::\d{1,5})?((?:[/?].*)?)$/

function withoutLoopbackPort(uri: string): string | undefined {
  const [, host, rest] = loopbackUri.exec(uri) ?? []
  return host === undefined || rest === undefined || !URL.canParse(uri) ? undefined : host + rest
}
