import type { CredentialRejection, PushedCredential } from '@fjmcp-broker/shared/runner/runner'

type Listener = (rejection: CredentialRejection) => void

/** The credentials that a runner was pushed, and its way to ask for better ones. */
export interface MockCredentials {
  /** Holds a credential, unless a newer generation is held already. */
  set(credential: PushedCredential): void
  get(userId: string): PushedCredential | undefined
  listen(listener: Listener): () => void
  reject(rejection: CredentialRejection): void
  /** Rejects what is held of a user and resolves with the next one that is newer or says that the credential is dead. */
  renew(userId: string): Promise<PushedCredential>
  forget(): void
}

export function createMockCredentials(): MockCredentials {
  const held = new Map<string, PushedCredential>()
  const listeners = new Set<Listener>()
  const waiting = new Map<(credential: PushedCredential) => void, CredentialRejection>()

  function generationOf(userId: string): number {
    return held.get(userId)?.generation ?? 0
  }

  function reject(rejection: CredentialRejection): void {
    for (const listener of listeners) listener(rejection)
  }

  return {
    set(credential) {
      const { userId, generation, accessToken } = credential
      if (generation < generationOf(userId)) return
      held.set(userId, credential)
      for (const [resolve, refused] of waiting) {
        const isBetter = refused.userId === userId && (generation > refused.generation || accessToken === null)
        if (isBetter && waiting.delete(resolve)) resolve(credential)
      }
    },
    get: (userId) => held.get(userId),
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    reject,
    async renew(userId) {
      const { promise, resolve } = Promise.withResolvers<PushedCredential>()
      const refused = { userId, generation: generationOf(userId) }
      waiting.set(resolve, refused)
      reject(refused)
      return await promise
    },
    forget: () => held.clear(),
  }
}
