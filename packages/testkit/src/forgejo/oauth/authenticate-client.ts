import { err, ok, type Result } from '@fjmcp-broker/shared/result'

export interface ClientCredentials {
  readonly clientId: string
  readonly clientSecret: string
}

/**
 * Reads the client's credentials from the form, from Basic authentication, or from both when they agree.
 * The failure is an `invalid_request` with this description.
 */
export function readClientCredentials(form: URLSearchParams, authorization: string | null): Result<ClientCredentials, string> {
  const inForm = { clientId: form.get('client_id') ?? '', clientSecret: form.get('client_secret') ?? '' }
  if (inForm.clientId !== '' && inForm.clientSecret !== '') return ok(inForm)
  const basic = /^basic (.*)$/i.exec(authorization ?? '')?.[1]
  if (basic === undefined) return ok(inForm)
  const inHeader = decodeBasic(basic)
  if (inHeader === undefined) return err('cannot parse basic auth header')
  if (inForm.clientId !== '' && inForm.clientId !== inHeader.clientId) {
    return err('client_id in request body inconsistent with Authorization header')
  }
  if (inForm.clientSecret !== '' && inForm.clientSecret !== inHeader.clientSecret) {
    return err('client_secret in request body inconsistent with Authorization header')
  }
  return ok(inHeader)
}

/** Forgejo takes both parts as they are, although RFC 6749 §2.3.1 has them percent-encoded. */
export function decodeBasic(encoded: string): ClientCredentials | undefined {
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon === -1 ? undefined : { clientId: text.slice(0, colon), clientSecret: text.slice(colon + 1) }
}
