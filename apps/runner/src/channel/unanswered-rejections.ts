import type { CredentialRejection, PushedCredential } from '@fjmcp-broker/shared/runner/runner'

export interface UnansweredRejections {
  add(rejection: CredentialRejection): void
  /** Forgets the user's rejection when the pushed credential answers it. */
  settle(credential: PushedCredential): void
  list(): readonly CredentialRejection[]
}

/**
 * Keeps the latest credential rejection of each user until a gateway answers it, so that one that was told to nobody, or to a gateway
 * that died of it, is told again to the next.
 */
export function createUnansweredRejections(): UnansweredRejections {
  const byUser = new Map<string, CredentialRejection>()
  return {
    add(rejection) {
      byUser.set(rejection.userId, rejection)
    },
    settle(credential) {
      const rejection = byUser.get(credential.userId)
      if (rejection !== undefined && answers(credential, rejection)) byUser.delete(credential.userId)
    },
    list: () => [...byUser.values()],
  }
}

function answers(credential: PushedCredential, rejection: CredentialRejection): boolean {
  if (credential.accessToken === null) return credential.generation >= rejection.generation
  return credential.generation > rejection.generation
}
