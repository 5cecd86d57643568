import { err, ok, type Result } from '@fjmcp-broker/shared/result'

/** Where a sealed text belongs. It opens nowhere else, so that nobody can move one user's token into another's row. */
export interface SealedPlace {
  readonly table: string
  readonly column: string
  /** Id of the row, or of the user whose row it is. */
  readonly row: string
}

export type OpenFailure =
  /** Sealed with a key that is not loaded: the OAuth client secret has changed. */
  | { readonly reason: 'unknown_key'; readonly keyId: string }
  /** Not sealed by us, altered, or sealed for another place. */
  | { readonly reason: 'damaged' }

/** Keeps Forgejo's tokens unreadable in the database: AES-256-GCM, the key's id in the clear, bound to table, column and row. */
export interface Sealer {
  /** Id of the key that seals; 16 hexadecimal digits. */
  readonly keyId: string
  /** Ids of all keys that open. */
  readonly keyIds: readonly string[]
  seal(text: string, place: SealedPlace): Promise<string>
  open(sealed: string, place: SealedPlace): Promise<Result<string, OpenFailure>>
}

/**
 * Makes a sealer whose keys come from OAuth client secrets, so that the database alone is of no use to a thief.
 *
 * @param secrets The current secret, which seals, then previous ones, which only open.
 * @see RFC 5869 (HKDF), NIST SP 800-38D (GCM)
 */
export async function createSealer(secrets: readonly [current: string, ...previous: string[]]): Promise<Sealer> {
  const [current, ...previous] = secrets
  const sealingKey = await deriveKey(current)
  const keys = [sealingKey, ...(await Promise.all(previous.map(deriveKey)))]
  return {
    keyId: sealingKey.id,
    keyIds: keys.map((key) => key.id),
    seal: (text, place) => seal({ key: sealingKey, text, place }),
    open: (sealed, place) => open({ keys, sealed, place }),
  }
}

interface SealingKey {
  readonly id: string
  readonly aes: CryptoKey
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

async function deriveKey(secret: string): Promise<SealingKey> {
  const bytes = await expand({ from: encode(secret), info: 'forgejo-mcp-broker credentials v1', length: 32 })
  const id = await expand({ from: bytes, info: 'id', length: 8 })
  const aes = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
  return { id: id.toHex(), aes }
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
