import { describe, expect, test } from 'vitest'
import { createSealer, type KeyMaterial, readKeyId, type SealedPlace } from './sealing.ts'

const place: SealedPlace = { table: 'credentials', column: 'sealed_access_token', row: 'usr_alice' }

describe('sealing', () => {
  test('opens what it sealed, in the same place', async () => {
    const sealer = await createSealer([fromSecret('secret')])
    const sealed = await sealer.seal('forgejo token ünï', place)
    expect(sealed).not.toContain('forgejo')
    expect(await sealer.open(sealed, place)).toEqual({ ok: true, value: 'forgejo token ünï' })
  })

  test('derives the same key from the same secret, so that it opens after a restart', async () => {
    const sealed = await (await createSealer([fromSecret('secret')])).seal('token', place)
    expect(await (await createSealer([fromSecret('secret')])).open(sealed, place)).toEqual({ ok: true, value: 'token' })
  })

  test('seals the same text differently each time', async () => {
    const sealer = await createSealer([fromSecret('secret')])
    expect(await sealer.seal('token', place)).not.toBe(await sealer.seal('token', place))
  })

  test.each([
    ['table', { ...place, table: 'sign_ins' }],
    ['column', { ...place, column: 'sealed_refresh_token' }],
    ['row', { ...place, row: 'usr_bob' }],
  ])('does not open in another %s', async (_, elsewhere) => {
    const sealer = await createSealer([fromSecret('secret')])
    expect(await sealer.open(await sealer.seal('token', place), elsewhere)).toEqual({ ok: false, error: { reason: 'damaged' } })
  })

  test('names the key that is missing', async () => {
    const former = await createSealer([fromSecret('former secret')])
    const sealed = await former.seal('token', place)
    const current = await createSealer([fromSecret('current secret')])
    expect(await current.open(sealed, place)).toEqual({ ok: false, error: { reason: 'unknown_key', keyId: former.keys[0].id } })
  })

  test('opens with a previous secret and seals with the current one', async () => {
    const former = await createSealer([fromSecret('former secret')])
    const both = await createSealer([fromSecret('current secret'), fromSecret('former secret')])
    expect(await both.open(await former.seal('token', place), place)).toEqual({ ok: true, value: 'token' })
    expect(await both.seal('token', place)).toContain(both.keys[0].id)
    expect(both.keys).toEqual([(await createSealer([fromSecret('current secret')])).keys[0], former.keys[0]])
    expect(await former.open(await both.seal('token', place), place)).toMatchObject({ ok: false, error: { reason: 'unknown_key' } })
  })

  test('does not open once any byte has changed', async () => {
    const sealer = await createSealer([fromSecret('secret')])
    const sealed = await sealer.seal('token', place)
    const [format, keyId, text = ''] = sealed.split('.')
    const body = Uint8Array.fromBase64(text, { alphabet: 'base64url' })
    const altered = body.keys().map((position) => {
      const copy = body.map((byte, index) => (index === position ? byte ^ 1 : byte))
      return [format, keyId, copy.toBase64({ alphabet: 'base64url', omitPadding: true })].join('.')
    })
    const opened = await Promise.all(altered.map((text) => sealer.open(text, place)))
    expect(opened).toHaveLength(12 + 'token'.length + 16)
    for (const result of opened) expect(result).toEqual({ ok: false, error: { reason: 'damaged' } })
  })

  test.each(['', 'token', 'v1..', 'v1.0123456789abcdef.', 'v2.0123456789abcdef.AAAA', 'v1.0123456789abcdef.AAAA.AAAA'])(
    'takes %j for damaged',
    async (sealed) => {
      const sealer = await createSealer([fromSecret('secret')])
      expect(await sealer.open(sealed, place)).toEqual({ ok: false, error: { reason: 'damaged' } })
    },
  )

  test('takes too few bytes under a known key for damaged', async () => {
    const sealer = await createSealer([fromSecret('secret')])
    expect(await sealer.open(`v1.${sealer.keys[0].id}.AAAA`, place)).toEqual({ ok: false, error: { reason: 'damaged' } })
  })

  test('derives other keys from bytes than from a secret text of the same bytes', async () => {
    const secret = 'k'.repeat(32)
    const ofSecret = await createSealer([fromSecret(secret)])
    const ofBytes = await createSealer([{ name: 'own', bytes: new TextEncoder().encode(secret) }])
    expect(ofBytes.keys[0].id).not.toBe(ofSecret.keys[0].id)
    expect(await ofSecret.open(await ofBytes.seal('token', place), place)).toMatchObject({ error: { reason: 'unknown_key' } })
  })

  test('derives another key from a refresh token than from a secret text that is the same', async () => {
    const ofSecret = await createSealer([fromSecret('the same')])
    const ofToken = await createSealer([{ name: 'refresh token', refreshToken: 'the same' }])
    expect(await ofSecret.open(await ofToken.seal('token', place), place)).toMatchObject({ error: { reason: 'unknown_key' } })
  })

  test('keeps to the ids and the form of what brokers have sealed before', async () => {
    const own: KeyMaterial = { name: 'own', bytes: Uint8Array.from({ length: 32 }, (_, index) => index) }
    const sealer = await createSealer([fromSecret('secret'), own])
    expect(sealer.keys).toEqual([
      { name: 'client secret', id: '19c32e03d32f929f' },
      { name: 'own', id: '40fa3b169fde0ef8' },
    ])
    expect(await sealer.open('v1.19c32e03d32f929f.bkxQ86xrq-M8QePn0mDmYm5dPd9dNEzf8WgRREUjL8sB', place)).toEqual({
      ok: true,
      value: 'token',
    })
    expect(await sealer.open('v1.40fa3b169fde0ef8.nAco0iOczGFB3suq4bnC36xET5ZRNvO2QRVDR8_dJ8qd', place)).toEqual({
      ok: true,
      value: 'token',
    })
  })

  test('tells the key of a sealed text by its beginning, and that of no other text', async () => {
    const sealer = await createSealer([fromSecret('secret')])
    const sealed = await sealer.seal('token', place)
    expect(readKeyId(sealed)).toBe(sealer.keys[0].id)
    expect(readKeyId(sealed.slice(0, 20))).toBe(sealer.keys[0].id)
    for (const other of [sealed.slice(0, 19), ` ${sealed}`, sealed.replace('v1', 'v2'), sealed.toUpperCase(), '']) {
      expect(readKeyId(other)).toBeUndefined()
    }
  })
})

function fromSecret(secret: string): KeyMaterial {
  return { name: 'client secret', secret }
}
