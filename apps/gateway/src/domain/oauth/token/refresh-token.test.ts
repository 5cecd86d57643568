import { expect, test } from 'vitest'
import { checkRefresh, type IssuedRefreshToken, type PresentedRefreshToken } from './refresh-token.ts'

const issued: IssuedRefreshToken = {
  clientId: 'cli_1',
  resource: 'https://mcp.example.org/mcp',
  accessLevel: 'write',
  credentialState: 'live',
  use: undefined,
  expiresAtMs: 1_000,
}
const presented: PresentedRefreshToken = { clientId: 'cli_1', resource: 'https://mcp.example.org/mcp', scope: undefined }

test('accepts the token as it was issued', () => {
  expect(checkRefresh(issued, presented, { graceMs: 0, nowMs: 999 })).toEqual({ ok: true, value: issued })
})

test.each([
  [undefined, presented, 'unknown_refresh_token'],
  [issued, { ...presented, clientId: 'cli_2' }, 'refresh_token_of_another_client'],
  [{ ...issued, use: { usedAtMs: 400 } }, presented, 'refresh_token_used'],
  [{ ...issued, use: { usedAtMs: -500 } }, presented, 'refresh_token_reused'],
  [{ ...issued, expiresAtMs: 500 }, presented, 'refresh_token_expired'],
  [issued, { ...presented, resource: 'https://old.example.org/mcp' }, 'foreign_resource'],
  [issued, { ...presented, scope: 'read full' }, 'scope_beyond_grant'],
  [{ ...issued, credentialState: 'dead' as const }, presented, 'credential_dead'],
])('refuses it otherwise (%#)', (token, request, reason) => {
  expect(checkRefresh(token, request, { graceMs: 0, nowMs: 500 })).toMatchObject({ ok: false, error: { reason } })
})

test('accepts one that was rotated within the grace, as it was issued', () => {
  const rotated = { ...issued, use: { usedAtMs: 400 } }
  expect(checkRefresh(rotated, presented, { graceMs: 101, nowMs: 500 })).toEqual({ ok: true, value: rotated })
  expect(checkRefresh(rotated, { ...presented, scope: 'full' }, { graceMs: 101, nowMs: 500 })).toMatchObject({ ok: false })
})
