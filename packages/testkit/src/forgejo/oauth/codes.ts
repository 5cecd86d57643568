import { createHash } from 'node:crypto'
import { randomText, type RandomBytes } from '../random-text.ts'

/** A code under way between the redirect and the token endpoint. */
export interface AuthorizationCode {
  readonly grantId: number
  readonly challenge: string
  /** `S256`, `plain` or empty: without a method no verifier is asked for. */
  readonly challengeMethod: string
}

export interface Codes {
  issue(code: AuthorizationCode): string
  find(code: string): AuthorizationCode | undefined
  useUp(code: string): void
}

export function createCodes(random: RandomBytes): Codes {
  const codes = new Map<string, AuthorizationCode>()
  return {
    issue(details) {
      const code = `gta_${randomText(random)}`
      codes.set(code, details)
      return code
    },
    find: (code) => codes.get(code),
    useUp(code) {
      codes.delete(code)
    },
  }
}

/** @see RFC 7636 §4.6 */
export function acceptsVerifier(code: AuthorizationCode, verifier: string): boolean {
  if (code.challengeMethod === '') return true
  if (code.challengeMethod === 'plain') return verifier === code.challenge
  return createHash('sha256').update(verifier).digest('base64url') === code.challenge
}
