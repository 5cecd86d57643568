import type { ServerResponse } from 'node:http'
import type { UpstreamFailure } from './upstream.ts'

/** An answer of the injector's own, in the form of Forgejo's errors. The message is read by a person, often through a model. */
export interface Answer {
  readonly status: number
  readonly message: string
}

/** Sends an answer of our own, unless the child is gone or has one already. */
export function respond(response: ServerResponse, { status, message }: Answer): void {
  sendJson(response, { status, body: { message } })
}

export function sendJson(response: ServerResponse, { status, body }: { readonly status: number; readonly body: object }): void {
  if (response.headersSent || response.destroyed) return
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.length,
    'cache-control': 'no-store',
  })
  response.end(bytes)
}

/** Says nothing of why. */
export const unauthorized: Answer = { status: 401, message: 'Unauthorized' }

export const credentialDead: Answer = { status: 401, message: 'Forgejo no longer accepts the sign-in of this user: sign in again.' }

export const credentialLate: Answer = {
  status: 504,
  message: 'A fresh Forgejo token did not arrive in time. Nothing was done; try again in a moment.',
}

export const refusedAgain: Answer = { status: 401, message: 'Forgejo refused this request although the token is fresh.' }

export const versionUnknown: Answer = {
  status: 503,
  message: 'The version of Forgejo is not known yet: Forgejo tells it at the first sign-in.',
}

export function bodyTooLarge(maxBodyBytes: number): Answer {
  return { status: 413, message: `The body of this request is larger than ${maxBodyBytes} bytes.` }
}

export const noRoom: Answer = {
  status: 503,
  message: 'Too many large requests are under way. Nothing was done; try again in a moment.',
}

export const formRefused: Answer = { status: 415, message: 'Of forms only those are accepted that hold one file and nothing else.' }

/** @param host Forgejo's host, which users know. */
export function upstreamFailed(failure: UpstreamFailure, host: string): Answer {
  switch (failure.reason) {
    case 'unreachable':
      return { status: 502, message: `Forgejo could not be reached at ${host}.` }
    case 'timeout':
      return { status: 504, message: `Forgejo at ${host} did not answer in time. Whether it did what was asked is not known.` }
    case 'broken':
    case 'aborted':
      return { status: 502, message: `The connection to Forgejo at ${host} broke. Whether it did what was asked is not known.` }
  }
}

export const compressedAnswer: Answer = {
  status: 502,
  message: 'Forgejo, or a proxy before it, compressed an answer that was to be sent as it is.',
}

export const signInPage: Answer = {
  status: 403,
  message: 'Forgejo shows its sign-in page at this address: it is none that can be fetched with a token, or not by this user.',
}

export function foreignRedirect(kind: 'api' | 'download', host: string): Answer {
  const message =
    kind === 'download'
      ? `Forgejo does not send this file itself but redirects to ${host}, as it does with an object store and SERVE_DIRECT. ` +
        'Redirects to other hosts are not followed: open the address of the download yourself.'
      : `Forgejo redirects this request to ${host}. Redirects to other hosts are not followed.`
  return { status: 502, message }
}
