import type { KeyLabel, KeyUse } from '../domain/keys/key-report.ts'

/** What a part of a re-encryption did. */
export interface ResealedBatch {
  /** How many credentials were looked at: fewer than asked for at the end of the table. */
  readonly checked: number
  /** How many are sealed anew with the key that encrypts now. */
  readonly resealed: number
  /** How many do not open, with whatever key. Those are dead from now on: their users sign in again. */
  readonly damaged: number
  /** The user whose credential came last; undefined where there was none. */
  readonly last: string | undefined
}

/** The keys that credentials are sealed with. */
export interface KeyStore {
  /** Those that are loaded: the first encrypts, all open. */
  readonly loaded: readonly [KeyLabel, ...KeyLabel[]]
  /** Which keys the living credentials need, loaded or not, with their former names where some are not. Looks at every credential. */
  uses(): Promise<readonly KeyUse[]>
  /** How many credentials there are, dead ones included. */
  count(): Promise<number>
  /** The id of the key that is known to encrypt since `recordEncrypting`; undefined where none ever was. */
  recordedId(): Promise<string | undefined>
  /** Remembers that the first of the loaded keys encrypts now. */
  recordEncrypting(): Promise<void>
  /**
   * Seals the next credentials anew, by the order of their users' ids, where another key sealed them. One that is changed by somebody else
   * meanwhile stays as that left it.
   *
   * @param after The user that the part before ended with.
   */
  resealNext(part: { readonly after: string | undefined; readonly limit: number }): Promise<ResealedBatch>
}
