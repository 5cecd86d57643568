import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createSecrets, isSecretForm } from './secrets.ts'

const secrets = createSecrets({ randomBytes, sha256: (text) => createHash('sha256').update(text).digest() })

test.each([
  ['access_token', /^fjb_at_[\w-]{43}$/],
  ['refresh_token', /^fjb_rt_[\w-]{43}$/],
  ['authorization_code', /^fjb_ac_[\w-]{43}$/],
  ['client_secret', /^fjb_cs_[\w-]{43}$/],
  ['none', /^[\w-]{43}$/],
] as const)('makes secrets of kind %s that it knows again', (kind, form) => {
  const secret = secrets.create(kind)
  expect(secret).toMatch(form)
  expect(isSecretForm(kind, secret)).toBe(true)
  expect(secrets.create(kind)).not.toBe(secret)
})

test('hashes a code verifier to its S256 challenge (RFC 7636, appendix B)', () => {
  expect(secrets.hash('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM')
})

test.each(['', 'fjb_at_', 'fjb_at_short', `fjb_rt_${'a'.repeat(43)}`, `fjb_at_${'a'.repeat(44)}`, `fjb_at_${'a'.repeat(42)}=`])(
  'knows that %j is no access token',
  (text) => {
    expect(isSecretForm('access_token', text)).toBe(false)
  },
)
