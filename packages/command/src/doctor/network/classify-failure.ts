import type { CertificateProblem, NoAnswer } from './ask.ts'

/**
 * What it means that a request failed with this error, by the codes of the system, of TLS and of the HTTP client. Looks at no message.
 *
 * @param answerWithinMs How long the answer was waited for, where that is why.
 */
export function classifyFailure(error: unknown, answerWithinMs: number): NoAnswer {
  if (error instanceof Error && error.name === 'TimeoutError') return { reason: 'silent', waitedMs: answerWithinMs }
  const code = findCode(error) ?? (error instanceof Error ? error.name : 'unknown')
  const problem = certificateProblems.get(code)
  if (problem !== undefined) return { reason: 'certificate', problem, code }
  const known = byCode.get(code)
  if (known !== undefined) return known
  if (unreachable.has(code)) return { reason: 'unreachable', code }
  if (code.startsWith('HPE_') || code === 'HTTPParserError') return { reason: 'not_http' }
  if (/^ERR_SSL_.*ALERT/.test(code)) return { reason: 'tls_refused', code }
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return { reason: 'not_tls' }
  if (/^(CERT_|UNABLE_TO_)/.test(code)) return { reason: 'certificate', problem: 'other', code }
  return { reason: 'broken', code }
}

const byCode: ReadonlyMap<string, NoAnswer> = new Map([
  ['ENOTFOUND', { reason: 'unknown_name' }],
  ['EAI_AGAIN', { reason: 'no_name_server' }],
  ['ECONNREFUSED', { reason: 'refused' }],
  ['ETIMEDOUT', { reason: 'connect_timeout' }],
  ['UND_ERR_CONNECT_TIMEOUT', { reason: 'connect_timeout' }],
])

const unreachable: ReadonlySet<string> = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EHOSTDOWN', 'ENETDOWN'])

const certificateProblems: ReadonlyMap<string, CertificateProblem> = new Map([
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'not_yet_valid'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'wrong_name'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self_signed'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'unknown_issuer'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'unknown_issuer'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unknown_issuer'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unknown_issuer'],
])

function findCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  return 'code' in error && typeof error.code === 'string' ? error.code : findCode(error.cause)
}
