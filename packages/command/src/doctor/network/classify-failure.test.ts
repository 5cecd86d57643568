import { expect, test } from 'vitest'
import { classifyFailure } from './classify-failure.ts'

test.each([
  ['ENOTFOUND', { reason: 'unknown_name' }],
  ['EAI_AGAIN', { reason: 'no_name_server' }],
  ['ECONNREFUSED', { reason: 'refused' }],
  ['EHOSTUNREACH', { reason: 'unreachable', code: 'EHOSTUNREACH' }],
  ['ETIMEDOUT', { reason: 'connect_timeout' }],
  ['HPE_INVALID_CONSTANT', { reason: 'not_http' }],
  ['SELF_SIGNED_CERT_IN_CHAIN', { reason: 'certificate', problem: 'unknown_issuer', code: 'SELF_SIGNED_CERT_IN_CHAIN' }],
  ['CERT_REVOKED', { reason: 'certificate', problem: 'other', code: 'CERT_REVOKED' }],
  ['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', { reason: 'tls_refused', code: 'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR' }],
  ['ERR_SSL_WRONG_VERSION_NUMBER', { reason: 'not_tls' }],
  ['ECONNRESET', { reason: 'broken', code: 'ECONNRESET' }],
])('takes %s for what it is, also where it is a cause', (code, expected) => {
  const error = Object.assign(new Error('quotes a secret'), { code })
  expect(classifyFailure(error, 50)).toEqual(expected)
  expect(classifyFailure(new TypeError('fetch failed', { cause: error }), 50)).toEqual(expected)
})

test('repeats no message', () => {
  expect(JSON.stringify([classifyFailure(new Error('secret'), 50), classifyFailure('secret', 50)])).not.toContain('secret')
})
