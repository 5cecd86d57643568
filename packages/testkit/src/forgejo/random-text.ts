/** Gives that many random bytes. */
export type RandomBytes = (count: number) => Uint8Array

export function randomText(random: RandomBytes): string {
  return random(32).toBase64({ alphabet: 'base64url', omitPadding: true })
}

export function systemRandomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count))
}
