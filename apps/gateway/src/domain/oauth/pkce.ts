/**
 * Whether a text can be an S256 challenge: a SHA-256 digest in base64url.
 *
 * @see RFC 7636 §4.2
 */
export function isCodeChallenge(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text)
}

/**
 * Whether a text can be a code verifier.
 *
 * @see RFC 7636 §4.1
 */
export function isCodeVerifier(text: string): boolean {
  return /^[A-Za-z0-9\-._~]{43,128}$/.test(text)
}
