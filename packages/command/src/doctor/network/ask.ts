import type { Result } from '@fjmcp-broker/shared/result'

/** Sends one HTTP request and waits for the whole answer, a few seconds at most. Never rejects; redirects are answers. */
export type Ask = (question: Question) => Promise<Result<Answer, NoAnswer>>

export interface Question {
  readonly url: string
  /** GET where none is given. */
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** The beginning of it, where it is long. */
  readonly body: string
  /** By our clock, in milliseconds since the Unix epoch. */
  readonly receivedAtMs: number
}

/** Why nobody answered. `code` is the system's name for it. */
export type NoAnswer =
  /** The name servers do not know the name. */
  | { readonly reason: 'unknown_name' }
  /** No name server answered. */
  | { readonly reason: 'no_name_server' }
  | { readonly reason: 'refused' }
  | { readonly reason: 'unreachable'; readonly code: string }
  /** Nothing came back from that address. */
  | { readonly reason: 'connect_timeout' }
  /** Somebody took the connection and did not answer in time. */
  | { readonly reason: 'silent'; readonly waitedMs: number }
  | { readonly reason: 'certificate'; readonly problem: CertificateProblem; readonly code: string }
  /** The other side ended the TLS handshake, as a proxy does that has no certificate for the name. */
  | { readonly reason: 'tls_refused'; readonly code: string }
  /** Something other than TLS is spoken there. */
  | { readonly reason: 'not_tls' }
  /** Something other than HTTP is spoken there. */
  | { readonly reason: 'not_http' }
  /** The connection ended before an answer. */
  | { readonly reason: 'broken'; readonly code: string }

export type CertificateProblem = 'expired' | 'not_yet_valid' | 'wrong_name' | 'self_signed' | 'unknown_issuer' | 'other'

/** Looks a host name up; empty when that failed or took too long. Never rejects. */
export type Resolve = (hostname: string) => Promise<readonly string[]>
