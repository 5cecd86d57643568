import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { KeyLabel } from '../domain/keys/key-report.ts'

/** Where a sealed text belongs. It opens nowhere else, so that nobody can move one user's token into another's row. */
export interface SealedPlace {
  readonly table: string
  readonly column: string
  /** Id of the row, or of the user whose row it is. */
  readonly row: string
}

export type OpenFailure =
  /** Sealed with a key that is not loaded. */
  | { readonly reason: 'unknown_key'; readonly keyId: string }
  /** Not sealed by us, altered, or sealed for another place. */
  | { readonly reason: 'damaged' }

/** Keeps Forgejo's tokens unreadable in the database: AES-256-GCM, the key's id in the clear, bound to table, column and row. */
export interface Sealer {
  /** All keys that open; the first one seals. */
  readonly keys: readonly [KeyLabel, ...KeyLabel[]]
  seal(text: string, place: SealedPlace): Promise<string>
  open(sealed: string, place: SealedPlace): Promise<Result<string, OpenFailure>>
}

/** What a key is made of: a secret text of any form, 32 random bytes, or a refresh token for what only its holder may read. */
export type KeyMaterial = { readonly name: string } & (
  | { readonly secret: string }
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly refreshToken: string }
)

/**
 * Makes a sealer. A key may seal 2^32 texts: with random nonces of 96 bits, more would bring two with the same nonce within reach. At four
 * a user and hour that is 10,000 users for twelve years.
 *
 * @param materials The first one seals, all open.
 * @see RFC 5869 (HKDF), NIST SP 800-38D §8.3 (GCM)
 */
export async function createSealer(materials: readonly [KeyMaterial, ...KeyMaterial[]]): Promise<Sealer> {
  const [first, ...others] = materials
  const sealingKey = await deriveKey(first)
  const openingKeys = await Promise.all(others.map(deriveKey))
  const keys = [sealingKey, ...openingKeys]
  return {
    keys: [label(sealingKey), ...openingKeys.map(label)],
    seal: (text, place) => seal({ key: sealingKey, text, place }),
    open: (sealed, place) => open({ keys, sealed, place }),
  }
}

/** The id of the key that a text is sealed with; undefined where it is not of our making. The beginning of the text is enough. */
export function readKeyId(sealed: string): string | undefined {
  return /^v1\.([0-9a-f]{16})\./.exec(sealed)?.[1]
}

interface SealingKey extends KeyLabel {
  readonly aes: CryptoKey
}

function label({ id, name }: SealingKey): KeyLabel {
  return { id, name }
}

const format = 'v1'
const nonceBytes = 12
const sealedForm = /^v1\.([0-9a-f]{16})\.([A-Za-z0-9_-]+)$/
const base64url = { alphabet: 'base64url', omitPadding: true } as const

async function seal({
  key,
  text,
  place,
}: {
  readonly key: SealingKey
  readonly text: string
  readonly place: SealedPlace
}): Promise<string> {
  // The one place where randomness is not handed in: a nonce that came twice would give the key's secrets away.
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes))
  const ciphertext = new Uint8Array(await crypto.subtle.encrypt(cipher(nonce, key.id, place), key.aes, encode(text)))
  const body = new Uint8Array(nonceBytes + ciphertext.length)
  body.set(nonce)
  body.set(ciphertext, nonceBytes)
  return `${format}.${key.id}.${body.toBase64(base64url)}`
}

async function open({
  keys,
  sealed,
  place,
}: {
  readonly keys: readonly SealingKey[]
  readonly sealed: string
  readonly place: SealedPlace
}): Promise<Result<string, OpenFailure>> {
  const [, keyId, text] = sealedForm.exec(sealed) ?? []
  if (keyId === undefined || text === undefined) return err({ reason: 'damaged' })
  const key = keys.find((candidate) => candidate.id === keyId)
  if (key === undefined) return err({ reason: 'unknown_key', keyId })
  try {
    const body = Uint8Array.fromBase64(text, { alphabet: 'base64url' })
    const parameters = cipher(body.subarray(0, nonceBytes), keyId, place)
    const plain = await crypto.subtle.decrypt(parameters, key.aes, body.subarray(nonceBytes))
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plain))
  } catch {
    return err({ reason: 'damaged' })
  }
}

function cipher(nonce: Uint8Array<ArrayBuffer>, keyId: string, place: SealedPlace): AesGcmParams {
  const additionalData = encode(JSON.stringify([format, keyId, place.table, place.column, place.row]))
  return { name: 'AES-GCM', iv: nonce, additionalData }
}

/** The id comes of the key itself. */
async function deriveKey(material: KeyMaterial): Promise<SealingKey> {
  const bytes = await expand({ ...describeMaterial(material), length: 32 })
  const id = await expand({ from: bytes, info: 'id', length: 8 })
  const aes = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
  return { id: id.toHex(), name: material.name, aes }
}

/** Each kind of material has an info of its own, so that none gives the key of another, whatever it holds. */
function describeMaterial(material: KeyMaterial): { readonly from: Uint8Array<ArrayBuffer>; readonly info: string } {
  if ('bytes' in material) return { from: material.bytes, info: 'forgejo-mcp-broker encryption key v1' }
  if ('refreshToken' in material) return { from: encode(material.refreshToken), info: 'forgejo-mcp-broker successors v1' }
  return { from: encode(material.secret), info: 'forgejo-mcp-broker credentials v1' }
}

/** HKDF-SHA-256 without a salt: the secret is random already, and there is no place for a salt that a stolen volume would not hold. */
async function expand({
  from,
  info,
  length,
}: {
  readonly from: Uint8Array<ArrayBuffer>
  readonly info: string
  readonly length: number
}): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey('raw', from, 'HKDF', false, ['deriveBits'])
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encode(info) }
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, length * 8))
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}
