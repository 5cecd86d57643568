import { describe, expect, test } from 'vitest'
import { checkClientSecret, parseClientAuthentication } from './client-authentication.ts'
import { parseParameters } from './parameters.ts'
import { tokenError } from './token-error.ts'

function parse(authorization: string | undefined, form = '') {
  return parseClientAuthentication({ authorization, form: parseParameters(new URLSearchParams(form)) })
}

function basic(text: string): string {
  return `Basic ${new TextEncoder().encode(text).toBase64()}`
}

describe('parseClientAuthentication', () => {
  test.each<[string | undefined, string, string, string | undefined]>([
    [undefined, 'client_id=cli_1', 'cli_1', undefined],
    [undefined, 'client_id=cli_1&client_secret=', 'cli_1', undefined],
    [undefined, 'client_id=cli_1&client_secret=s', 'cli_1', 's'],
    [basic('cli_1:s'), '', 'cli_1', 's'],
    [basic('cli_1:s'), 'client_id=cli_1', 'cli_1', 's'],
    [basic('cli_1:'), '', 'cli_1', undefined],
    [basic('cli_1:a:b'), '', 'cli_1', 'a:b'],
    [basic('cli%5F1:%C3%A4+%2B'), '', 'cli_1', 'ä +'],
    [basic('cli_1:s').replace('Basic ', 'bAsIc  '), '', 'cli_1', 's'],
    [basic('cli_1:s').replaceAll('=', ''), '', 'cli_1', 's'],
  ])('reads %j with %j', (authorization, form, clientId, clientSecret) => {
    expect(parse(authorization, form)).toEqual({ ok: true, value: { clientId, clientSecret } })
  })

  test.each([
    [undefined, '', 'missing_parameter', 'invalid_request'],
    [undefined, 'client_secret=s', 'missing_parameter', 'invalid_request'],
    ['Bearer fjb_at_1', 'client_id=cli_1', 'unsupported_authorization_scheme', 'invalid_client'],
    ['', 'client_id=cli_1', 'unsupported_authorization_scheme', 'invalid_client'],
    ['Basically x', '', 'unsupported_authorization_scheme', 'invalid_client'],
    ['Basic', '', 'malformed_basic', 'invalid_request'],
    ['Basic ', '', 'malformed_basic', 'invalid_request'],
    ['Basic ?', '', 'malformed_basic', 'invalid_request'],
    ['Basic A', '', 'malformed_basic', 'invalid_request'],
    [`${basic('cli_1:s')}, ${basic('cli_1:s')}`, '', 'malformed_basic', 'invalid_request'],
    [`${basic('cli_1:s')} x`, '', 'malformed_basic', 'invalid_request'],
    [basic('cli_1'), '', 'malformed_basic', 'invalid_request'],
    [basic(':s'), '', 'malformed_basic', 'invalid_request'],
    [basic('cli_1:%'), '', 'malformed_basic', 'invalid_request'],
    [basic('cli_1:%FF'), '', 'malformed_basic', 'invalid_request'],
    ['Basic Y2xpXzE6/w==', '', 'malformed_basic', 'invalid_request'],
    [basic('cli_1:s'), 'client_id=cli_1&client_secret=s', 'two_client_authentications', 'invalid_request'],
    [basic('cli_1:'), 'client_secret=s', 'two_client_authentications', 'invalid_request'],
    [basic('cli_1:s'), 'client_id=cli_2', 'two_clients', 'invalid_request'],
    [basic('cli_1:s'), 'client_id=CLI_1', 'two_clients', 'invalid_request'],
  ])('refuses %j with %j: %s', (authorization, form, reason, error) => {
    const parsed = parse(authorization, form)
    if (parsed.ok) throw new Error('was accepted')
    expect(parsed.error.reason).toBe(reason)
    expect(tokenError(parsed.error).error).toBe(error)
  })
})

describe('checkClientSecret', () => {
  const open = { authMethod: 'none', secretHash: null } as const
  const basicClient = { authMethod: 'client_secret_basic', secretHash: 'right' } as const
  const postClient = { authMethod: 'client_secret_post', secretHash: 'right' } as const
  const broken = { authMethod: 'client_secret_post', secretHash: null } as const

  test.each([
    [open, undefined],
    [basicClient, 'right'],
    [postClient, 'right'],
  ])('lets %j with %s pass', (client, presented) => {
    expect(checkClientSecret(client, presented)).toEqual({ ok: true, value: client })
  })

  test.each([
    [undefined, undefined, 'unknown_client'],
    [undefined, 'right', 'unknown_client'],
    [open, 'right', 'unexpected_client_secret'],
    [basicClient, undefined, 'missing_client_secret'],
    [basicClient, 'wrong', 'wrong_client_secret'],
    [postClient, undefined, 'missing_client_secret'],
    [broken, undefined, 'missing_client_secret'],
    [broken, 'null', 'wrong_client_secret'],
  ])('refuses %j with %s: %s', (client, presented, reason) => {
    expect(checkClientSecret(client, presented)).toEqual({ ok: false, error: { reason } })
  })

  test('tells nobody what was wrong', () => {
    const reasons = ['unknown_client', 'missing_client_secret', 'wrong_client_secret', 'unexpected_client_secret'] as const
    const [first, ...others] = reasons.map((reason) => tokenError({ reason }))
    expect(first).toMatchObject({ status: 401, error: 'invalid_client' })
    for (const other of others) expect(other).toEqual(first)
  })
})
