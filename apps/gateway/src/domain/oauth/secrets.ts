/** The broker's own secrets by kind; `none` for cookies, states and session ids. */
export type SecretKind = 'access_token' | 'refresh_token' | 'authorization_code' | 'client_secret' | 'none'

/** Makes and hashes the secrets that the broker issues. Only hashes are stored. */
export interface Secrets {
  /** 32 random bytes in base64url, behind the prefix of its kind (`fjb_at_`, `fjb_rt_`, `fjb_ac_`, `fjb_cs_`). */
  create(kind: SecretKind): string
  /** SHA-256 in base64url. Synchronous: it stands in the way of every request. */
  hash(secret: string): string
}

const prefixes: Readonly<Record<SecretKind, string>> = {
  access_token: 'fjb_at_',
  refresh_token: 'fjb_rt_',
  authorization_code: 'fjb_ac_',
  // Only letters that stay as they are in a form: SDK clients put a secret into HTTP Basic without escaping it.
  client_secret: 'fjb_cs_',
  none: '',
}

/**
 * @param randomBytes Cryptographically strong random bytes.
 * @param sha256 Digest of a text's UTF-8 bytes.
 */
export function createSecrets({
  randomBytes,
  sha256,
}: {
  readonly randomBytes: (count: number) => Uint8Array
  readonly sha256: (text: string) => Uint8Array
}): Secrets {
  return {
    create: (kind) => prefixes[kind] + randomBytes(32).toBase64({ alphabet: 'base64url', omitPadding: true }),
    hash: (secret) => sha256(secret).toBase64({ alphabet: 'base64url', omitPadding: true }),
  }
}

/** Whether a text can be a secret of this kind: what cannot, such as a scanner's guess, does not reach the store. */
export function isSecretForm(kind: SecretKind, text: string): boolean {
  const prefix = prefixes[kind]
  return text.startsWith(prefix) && /^[A-Za-z0-9_-]{43}$/.test(text.slice(prefix.length))
}
