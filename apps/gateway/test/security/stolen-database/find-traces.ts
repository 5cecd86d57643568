/** Long enough that it comes nowhere by chance. Whatever is half as long again has one of these parts in it. */
const partLength = 16

/** Finds which secrets are in these bytes, in whole or in part: as they are, in base64, base64url or hexadecimal digits, or decoded. */
export function findTraces(bytes: Buffer, secrets: readonly string[]): readonly string[] {
  const text = bytes.toString('latin1')
  return secrets.filter((secret) => spell(secret).some((spelling) => text.includes(spelling)))
}

function spell(secret: string): readonly string[] {
  return [...cut(secret), ...[Buffer.from(secret), ...decode(secret)].flatMap(encode)]
}

function cut(secret: string): readonly string[] {
  if (secret.length <= partLength) return [secret]
  const count = Math.floor((secret.length - partLength) / (partLength / 2)) + 1
  return Array.from({ length: count }, (_, index) => secret.slice((index * partLength) / 2, (index * partLength) / 2 + partLength))
}

function encode(bytes: Buffer): readonly string[] {
  return [bytes.toString('latin1'), ...inBase64(bytes), ...inHex(bytes)]
}

/** What is the same wherever it begins in a longer text, in both alphabets. */
function inBase64(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes, Buffer.alloc(2)])
    // Without the letters into which the neighbours play.
    const start = Math.ceil((before * 8) / 6)
    const end = Math.floor(((before + bytes.length) * 8) / 6)
    return (['base64', 'base64url'] as const).map((encoding) => padded.toString(encoding).slice(start, end))
  })
}

function inHex(bytes: Buffer): readonly string[] {
  const digits = bytes.toString('hex')
  return [digits, digits.toUpperCase()]
}

/** The random bytes that a token of ours stands for; its prefix is none of them. */
function decode(secret: string): readonly Buffer[] {
  const body = secret.replace(/^fj[a-z]_[a-z]{2}_/, '')
  return /^[\w-]{43}$/.test(body) ? [Buffer.from(body, 'base64url')] : []
}
