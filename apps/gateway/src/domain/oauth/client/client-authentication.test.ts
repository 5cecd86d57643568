import { describe, expect, test } from 'vitest'
import { checkClientSecret, type ClientCredentials, parseClientAuthentication } from './client-authentication.ts'
import { parseParameters } from '../parameters.ts'
import { tokenError } from '../token/token-error.ts'

function parse(authorization: string | undefined, form = '') {
  return parseClientAuthentication({ authorization, form: parseParameters(new URLSearchParams(form)) })
}

function basic(text: string): string {
  return `Basic ${new TextEncoder().encode(text).toBase64()}`
}

describe('parseClientAuthentication', () => {
  test.each<[string | undefined, string, ClientCredentials]>([
    [undefined, 'client_id=cli_1', { clientId: 'cli_1', clientSecret: undefined }],
    [undefined, 'client_id=cli_1&client_secret=', { clientId: 'cli_1', clientSecret: undefined }],
    [undefined, 'client_id=cli_1&client_secret=s', { clientId: 'cli_1', clientSecret: 's' }],
    [basic('cli_1:s'), '', { clientId: 'cli_1', clientSecret: 's' }],
    [basic('cli_1:s'), 'client_id=cli_1', { clientId: 'cli_1', clientSecret: 's' }],
    [basic('cli_1:'), '', { clientId: 'cli_1', clientSecret: undefined }],
    [basic('cli_1:a:b'), '', { clientId: 'cli_1', clientSecret: 'a:b' }],
    [basic('cli%5F1:%C3%A4+%2B'), '', { clientId: 'cli_1', clientSecret: 'ä +' }],
    [basic('cli_1:s').replace('Basic ', 'bAsIc  '), '', { clientId: 'cli_1', clientSecret: 's' }],
    [basic('cli_1:s').replaceAll('=', ''), '', { clientId: 'cli_1', clientSecret: 's' }],
  ])('reads %j with %j', (authorization, form, value) => {
    expect(parse(authorization, form)).toEqual({ ok: true, value })
  })

  test.each([
    [undefined, '', 'missing_parameter'],
    [undefined, 'client_secret=s', 'missing_parameter'],
    ['Bearer fjb_at_1', 'client_id=cli_1', 'unsupported_authorization_scheme'],
    ['', 'client_id=cli_1', 'unsupported_authorization_scheme'],
    ['Basically x', '', 'unsupported_authorization_scheme'],
    ['Basic', '', 'malformed_basic'],
    ['Basic ', '', 'malformed_basic'],
    ['Basic ?', '', 'malformed_basic'],
    ['Basic A', '', 'malformed_basic'],
    [`${basic('cli_1:s')}, ${basic('cli_1:s')}`, '', 'malformed_basic'],
    [`${basic('cli_1:s')} x`, '', 'malformed_basic'],
    [basic('cli_1'), '', 'malformed_basic'],
    [basic(':s'), '', 'malformed_basic'],
    [basic('cli_1:%'), '', 'malformed_basic'],
    [basic('cli_1:%FF'), '', 'malformed_basic'],
    ['Basic Y2xpXzE6/w==', '', 'malformed_basic'],
    [basic('cli_1:s'), 'client_id=cli_1&client_secret=s', 'two_client_authentications'],
    [basic('cli_1:'), 'client_secret=s', 'two_client_authentications'],
    [basic('cli_1:s'), 'client_id=cli_2', 'two_clients'],
    [basic('cli_1:s'), 'client_id=CLI_1', 'two_clients'],
  ])('refuses %j with %j: %s', (authorization, form, reason) => {
    const parsed = parse(authorization, form)
    if (parsed.ok) throw new Error('was accepted')
    expect(parsed.error.reason).toBe(reason)
    expect(tokenError(parsed.error).status).toBe(reason === 'unsupported_authorization_scheme' ? 401 : 400)
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
