import { expect, test } from 'vitest'
import { checkCode, type IssuedCode, type PresentedCode } from './authorization-code.ts'

const issued: IssuedCode = {
  clientId: 'cli_1',
  redirectUri: 'https://client.example/cb',
  codeChallenge: 'challenge',
  resource: 'https://mcp.example.org/mcp',
  use: undefined,
  expiresAtMs: 1_000,
}
const presented: PresentedCode = {
  clientId: 'cli_1',
  redirectUri: 'https://client.example/cb',
  codeChallenge: 'challenge',
  resource: 'https://mcp.example.org/mcp',
}

test('accepts the code as it was issued, until it expires', () => {
  expect(checkCode(issued, presented, 999)).toEqual({ ok: true, value: issued })
  expect(checkCode(issued, presented, 1_000)).toEqual({ ok: false, error: { reason: 'code_expired', expiredAtMs: 1_000 } })
})

test('does not insist on a redirect URI, which PKCE makes needless', () => {
  expect(checkCode(issued, { ...presented, redirectUri: undefined }, 0).ok).toBe(true)
})

test('refuses a code that was never issued', () => {
  expect(checkCode(undefined, presented, 0)).toEqual({ ok: false, error: { reason: 'unknown_code' } })
})

test('tells a code that was used a moment ago from one that was used before', () => {
  const used = { ...issued, use: { usedAtMs: 0 } }
  expect(checkCode(used, presented, 999)).toEqual({ ok: false, error: { reason: 'code_used' } })
  expect(checkCode(used, presented, 1_000)).toEqual({ ok: false, error: { reason: 'code_reused' } })
  expect(checkCode(used, { ...presented, resource: 'https://old.example.org/mcp' }, 1_000)).toMatchObject({
    error: { reason: 'code_reused' },
  })
})

test('does not take whoever lacks the verifier for somebody who uses a code again', () => {
  const used = { ...issued, use: { usedAtMs: 0 } }
  const mismatch = { ok: false, error: { reason: 'verifier_mismatch' } }
  expect(checkCode(used, { ...presented, codeChallenge: 'other' }, 1_000)).toEqual(mismatch)
})

test.each([
  [{ clientId: 'cli_2' }, 'code_of_another_client'],
  [{ redirectUri: 'https://client.example/cb/' }, 'redirect_uri_mismatch'],
  [{ codeChallenge: 'other' }, 'verifier_mismatch'],
  [{ resource: 'https://old.example.org/mcp' }, 'foreign_resource'],
])('refuses it when presented with %j', (change, reason) => {
  expect(checkCode(issued, { ...presented, ...change }, 0)).toEqual({ ok: false, error: { reason } })
})
