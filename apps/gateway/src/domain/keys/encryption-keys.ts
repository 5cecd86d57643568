import { err, ok, type Result } from '@fjmcp-broker/shared/result'

/** A key that the operator made, under the name by which people know it. */
export interface EncryptionKey {
  readonly name: string
  /** 32 of them. */
  readonly bytes: Uint8Array<ArrayBuffer>
}

export const keyBytes = 32

const nameForm = /^[A-Za-z0-9._-]{1,32}$/

/** Whether keys may have this name. Those made from a client secret have a space in theirs, so that no name means both. */
export function isKeyName(text: string): boolean {
  return nameForm.test(text)
}

/**
 * Parses keys, each `name:key` with the key in base64 or base64url, separated by commas or white space. No failure holds a part of what was
 * given, not even a name: who mixes up the two has written a key in its place.
 */
export function parseEncryptionKeys(text: string): Result<readonly EncryptionKey[], readonly string[]> {
  const parsed = text
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map(parseEntry)
  const problems = parsed.flatMap((entry, index) => (entry.ok ? [] : [`entry ${index + 1}: must be name:key, ${entry.error}`]))
  if (problems.length > 0) return err(problems)
  const keys = parsed.flatMap((entry) => (entry.ok ? [entry.value] : []))
  const repeated = [
    ...findRepeated(keys.map(({ name }) => name)).map((entries) => `${entries} have the same name`),
    ...findRepeated(keys.map(({ bytes }) => bytes.toHex())).map((entries) => `${entries} are the same key`),
  ]
  return repeated.length > 0 ? err(repeated) : ok(keys)
}

/** Writes keys as `parseEncryptionKeys` takes them. */
export function formatEncryptionKeys(keys: readonly EncryptionKey[]): string {
  return keys.map(({ name, bytes }) => `${name}:${bytes.toBase64()}`).join(',')
}

function parseEntry(entry: string): Result<EncryptionKey, string> {
  if (/["']/.test(entry)) return err('without quotes: where no shell reads the setting they count as part of it')
  const colon = entry.indexOf(':')
  if (colon === -1) return err('a name, a colon and a key for each')
  const name = entry.slice(0, colon)
  if (!isKeyName(name)) return err('with a name of 1 to 32 letters, digits, dots, underscores and hyphens')
  const bytes = decodeBase64(entry.slice(colon + 1))
  if (bytes?.length !== keyBytes) return err(`with a key of ${keyBytes} bytes in base64, 44 characters that end in =`)
  return ok({ name, bytes })
}

/** Strictly, but for the padding, which may be left away: a slip of the pen shall not make another key where that can be seen. */
function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  const unpadded = text.replace(/={1,2}$/, '')
  const isPadded = unpadded !== text
  try {
    return Uint8Array.fromBase64(isPadded ? text : unpadded.padEnd(Math.ceil(unpadded.length / 4) * 4, '='), {
      alphabet: /[-_]/.test(text) ? 'base64url' : 'base64',
      lastChunkHandling: 'strict',
    })
  } catch {
    return undefined
  }
}

/** Says of each value that comes more than once in which entries it stands. */
function findRepeated(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
    .map((value) => values.flatMap((other, index) => (other === value ? [index + 1] : [])))
    .filter((entries) => entries.length > 1)
    .map((entries) => `entries ${entries.join(' and ')}`)
}
