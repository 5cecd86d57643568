import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { ClientAuthMethod } from './client-auth-method.ts'
import type { Parameters } from '../parameters.ts'

/** What a client sent to the token or the revocation endpoint. */
export interface ClientRequest {
  /** The `Authorization` header; several arrive as one, joined by commas. */
  readonly authorization: string | undefined
  readonly form: Parameters
}

/** Who a request to the token or the revocation endpoint says it comes from. */
export interface ClientCredentials {
  readonly clientId: string
  /** Absent from a public client. */
  readonly clientSecret: string | undefined
}

export type ClientAuthenticationRejection =
  | { readonly reason: 'missing_parameter'; readonly name: 'client_id' }
  /** An `Authorization` header that is not Basic. */
  | { readonly reason: 'unsupported_authorization_scheme' }
  /** Not one header, not Base64 of UTF-8, without a colon, or wrongly escaped. */
  | { readonly reason: 'malformed_basic' }
  /** A secret in the header and another in the body, or the same twice. */
  | { readonly reason: 'two_client_authentications' }
  /** The body names another client than the header. */
  | { readonly reason: 'two_clients' }

export type ClientRejection =
  | { readonly reason: 'unknown_client' }
  | { readonly reason: 'missing_client_secret' }
  | { readonly reason: 'wrong_client_secret' }
  /** A public client has none, so that whoever sends one does not know the client. */
  | { readonly reason: 'unexpected_client_secret' }

/**
 * Reads how a client authenticates: by HTTP Basic, by `client_id` and `client_secret` in the body, or by `client_id` alone. An empty secret
 * counts as none, in the header too: libraries that know Basic only send a public client's id so.
 *
 * @see RFC 6749 §2.3, §2.3.1
 */
export function parseClientAuthentication({
  authorization,
  form,
}: ClientRequest): Result<ClientCredentials, ClientAuthenticationRejection> {
  const clientId = form.values.get('client_id')
  const clientSecret = form.values.get('client_secret')
  if (authorization === undefined) {
    return clientId === undefined ? err({ reason: 'missing_parameter', name: 'client_id' }) : ok({ clientId, clientSecret })
  }
  const basic = parseBasic(authorization)
  if (!basic.ok) return basic
  if (clientSecret !== undefined) return err({ reason: 'two_client_authentications' })
  if (clientId !== undefined && clientId !== basic.value.clientId) return err({ reason: 'two_clients' })
  return basic
}

/**
 * Checks the secret that a client presented against the one it was given. A secret may come in the header or in the body, whichever the
 * client registered for: some clients register with one method and then use the one that they like best, and the secret proves as much
 * either way.
 *
 * @param secretHash Hash of the presented secret. It is compared as it is: how long that takes tells of the hash, which opens nothing.
 * @see RFC 6749 §3.2.1, RFC 7591 §2
 */
export function checkClientSecret<Client extends KnownClient>(
  client: Client | undefined,
  secretHash: string | undefined,
): Result<Client, ClientRejection> {
  if (client === undefined) return err({ reason: 'unknown_client' })
  if (client.authMethod === 'none') return secretHash === undefined ? ok(client) : err({ reason: 'unexpected_client_secret' })
  if (secretHash === undefined) return err({ reason: 'missing_client_secret' })
  return client.secretHash === secretHash ? ok(client) : err({ reason: 'wrong_client_secret' })
}

interface KnownClient {
  readonly authMethod: ClientAuthMethod
  readonly secretHash: string | null
}

const malformed = err({ reason: 'malformed_basic' } as const)

function parseBasic(authorization: string): Result<ClientCredentials, ClientAuthenticationRejection> {
  if (!/^basic(?: |$)/i.test(authorization)) return err({ reason: 'unsupported_authorization_scheme' })
  const text = decodeBase64(/^\w+ +([A-Za-z0-9+/]+={0,2}) *$/.exec(authorization)?.[1] ?? '')
  const colon = text?.indexOf(':') ?? -1
  if (text === undefined || colon === -1) return malformed
  const clientId = decodeFormText(text.slice(0, colon))
  const clientSecret = decodeFormText(text.slice(colon + 1))
  if (clientId === undefined || clientId === '' || clientSecret === undefined) return malformed
  return ok({ clientId, clientSecret: clientSecret === '' ? undefined : clientSecret })
}

function decodeBase64(text: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.fromBase64(text))
  } catch {
    return undefined
  }
}

// A parser of whole forms would pass broken escapes over, and two spellings of a secret would then be the same.
function decodeFormText(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
