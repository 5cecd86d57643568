import type { ForgejoTokens } from '../upstream/forgejo.ts'
import type { OpenFailure } from './sealing.ts'

/** The one Forgejo credential of a user. Its generation grows with every change of its tokens, from 1. */
export interface Credential extends ForgejoTokens {
  readonly userId: string
  readonly generation: number
  /** `dead`: Forgejo refused the refresh; only a new sign-in revives it. */
  readonly state: 'live' | 'dead'
  /** What Forgejo said that these tokens may do; absent where it did not. */
  readonly forgejoScopes?: readonly string[] | undefined
}

/** A living credential whose tokens do not open. Nothing of it is changed. */
export interface UnreadableCredential extends Pick<Credential, 'userId' | 'generation' | 'forgejoScopes'> {
  readonly state: 'unreadable'
  /** Of an unknown key it may be that it is loaded again. */
  readonly cause: OpenFailure
}

export interface CredentialStore {
  /** Finds a user's credential. One that is dead and cannot be opened either is like one that never was. */
  find(userId: string): Promise<Credential | UnreadableCredential | undefined>
  /** Stores what a sign-in brought, whatever was there, alive; returns the new generation. */
  replace(login: { readonly userId: string; readonly tokens: ForgejoTokens; readonly nowMs: number }): Promise<number>
  /** Takes the right to refresh this generation until `untilMs`; false when another holder has it or the generation is past or dead. The holder itself may take it again. */
  lease(lease: {
    readonly userId: string
    readonly generation: number
    readonly holder: string
    readonly nowMs: number
    readonly untilMs: number
  }): Promise<boolean>
  /** Stores refreshed tokens if the row still has this generation; returns the new one, or `undefined` when a newer one stands. */
  renew(renewal: {
    readonly userId: string
    readonly generation: number
    readonly tokens: ForgejoTokens
    readonly nowMs: number
  }): Promise<number | undefined>
  /** Gives a lease back without a change, after a refresh that may be tried again. */
  release(lease: { readonly userId: string; readonly generation: number; readonly holder: string }): Promise<void>
  /** Keeps what Forgejo said that the tokens of this generation may do; nothing where a newer one stands. A refresh changes nothing about it. */
  noteScopes(note: { readonly userId: string; readonly generation: number; readonly scopes: readonly string[] }): Promise<void>
  /** Marks this generation dead; false when a newer one stands. */
  markDead(death: { readonly userId: string; readonly generation: number; readonly nowMs: number }): Promise<boolean>
}
