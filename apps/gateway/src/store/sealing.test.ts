import { describe, expect, test } from 'vitest'
import { createSealer, type SealedPlace } from './sealing.ts'

const place: SealedPlace = { table: 'credentials', column: 'sealed_access_token', row: 'usr_alice' }

describe('sealing', () => {
  test('opens what it sealed, in the same place', async () => {
    const sealer = await createSealer(['secret'])
    const sealed = await sealer.seal('forgejo token ünï', place)
    expect(sealed).not.toContain('forgejo')
    expect(await sealer.open(sealed, place)).toEqual({ ok: true, value: 'forgejo token ünï' })
  })

  test('derives the same key from the same secret, so that it opens after a restart', async () => {
    const sealed = await (await createSealer(['secret'])).seal('token', place)
    expect(await (await createSealer(['secret'])).open(sealed, place)).toEqual({ ok: true, value: 'token' })
  })

  test('seals the same text differently each time', async () => {
    const sealer = await createSealer(['secret'])
    expect(await sealer.seal('token', place)).not.toBe(await sealer.seal('token', place))
  })

  test.each([
    ['table', { ...place, table: 'sign_ins' }],
    ['column', { ...place, column: 'sealed_refresh_token' }],
    ['row', { ...place, row: 'usr_bob' }],
  ])('does not open in another %s', async (_, elsewhere) => {
    const sealer = await createSealer(['secret'])
    expect(await sealer.open(await sealer.seal('token', place), elsewhere)).toEqual({ ok: false, error: { reason: 'damaged' } })
  })

  test('names the key that is missing', async () => {
    const former = await createSealer(['former secret'])
    const sealed = await former.seal('token', place)
    const current = await createSealer(['current secret'])
    expect(await current.open(sealed, place)).toEqual({ ok: false, error: { reason: 'unknown_key', keyId: former.keyId } })
  })

  test('opens with a previous secret and seals with the current one', async () => {
    const former = await createSealer(['former secret'])
    const both = await createSealer(['current secret', 'former secret'])
    expect(await both.open(await former.seal('token', place), place)).toEqual({ ok: true, value: 'token' })
    expect(await both.seal('token', place)).toContain(both.keyId)
    expect(both.keyIds).toEqual([both.keyId, former.keyId])
    expect(await former.open(await both.seal('token', place), place)).toMatchObject({ ok: false, error: { reason: 'unknown_key' } })
  })

  test('does not open once any byte has changed', async () => {
    const sealer = await createSealer(['secret'])
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
      const sealer = await createSealer(['secret'])
      expect(await sealer.open(sealed, place)).toEqual({ ok: false, error: { reason: 'damaged' } })
    },
  )

  test('takes too few bytes under a known key for damaged', async () => {
    const sealer = await createSealer(['secret'])
    expect(await sealer.open(`v1.${sealer.keyId}.AAAA`, place)).toEqual({ ok: false, error: { reason: 'damaged' } })
  })
})
