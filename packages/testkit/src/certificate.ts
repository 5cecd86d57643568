import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** A certificate and its key, both PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

const dayMs = 86_400_000

/**
 * Makes a self-signed certificate for localhost, or, with `signedByStranger`, one whose issuer nobody knows.
 *
 * @param name The DNS name that it is made for.
 * @see RFC 5280 §4.1
 */
export function createCertificate({
  name = 'localhost',
  fromMs = Date.now() - dayMs,
  untilMs = Date.now() + dayMs,
  signedByStranger = false,
}: {
  readonly name?: string
  readonly fromMs?: number
  readonly untilMs?: number
  readonly signedByStranger?: boolean
}): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuerKey = signedByStranger ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey : privateKey
  const content = sequence(
    tagged(0xa0, integer([2])),
    integer([1, ...randomBytes(8)]),
    ecdsaWithSha256,
    commonName(signedByStranger ? 'a stranger' : name),
    sequence(time(fromMs), time(untilMs)),
    commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(sequence(subjectAltName, tagged(0x04, sequence(tagged(0x82, Buffer.from(name))))))),
  )
  return { cert: toPem(signed(content, issuerKey)), key: privateKey.export({ type: 'pkcs8', format: 'pem' }) }
}

/** The object identifiers 1.2.840.10045.4.3.2, 2.5.29.17 and 2.5.4.3. */
const ecdsaWithSha256 = sequence(tagged(0x06, Buffer.from('2a8648ce3d040302', 'hex')))
const subjectAltName = tagged(0x06, Buffer.from('551d11', 'hex'))
const commonNameId = tagged(0x06, Buffer.from('550403', 'hex'))

function signed(content: Buffer, key: KeyObject): Buffer {
  return sequence(content, ecdsaWithSha256, tagged(0x03, Buffer.from([0]), sign('sha256', content, key)))
}

function commonName(text: string): Buffer {
  return sequence(tagged(0x31, sequence(commonNameId, tagged(0x0c, Buffer.from(text)))))
}

function time(ms: number): Buffer {
  const digits = new Date(ms)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:T]/g, '')
  return tagged(0x18, Buffer.from(digits))
}

function integer(bytes: readonly number[]): Buffer {
  return tagged(0x02, Buffer.from(bytes))
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts)
}

/** One value in DER: tag, length, content. */
function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const header = length < 0x80 ? [length] : length < 0x1_00 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...header]), content])
}

function toPem(der: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replaceAll(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`
}
