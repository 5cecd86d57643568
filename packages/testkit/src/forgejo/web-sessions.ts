import { randomText, type RandomBytes } from './random-text.ts'

/** What the consent page showed; the form that comes back has to agree with it. */
export interface PendingConsent {
  readonly clientId: string
  readonly redirectUri: string
  readonly state: string
  readonly challenge: string
  readonly challengeMethod: string
}

/** A browser that has signed in. */
export interface WebSession {
  readonly accountId: number
  pendingConsent: PendingConsent | undefined
}

export interface WebSessions {
  start(accountId: number): string
  find(id: string | undefined): WebSession | undefined
}

export function createWebSessions(random: RandomBytes): WebSessions {
  const sessions = new Map<string, WebSession>()
  return {
    start(accountId) {
      const id = randomText(random)
      sessions.set(id, { accountId, pendingConsent: undefined })
      return id
    },
    find: (id) => (id === undefined ? undefined : sessions.get(id)),
  }
}
