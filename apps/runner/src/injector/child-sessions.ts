import type { ServerResponse } from 'node:http'
import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import type { SessionKey } from '@fjmcp-broker/shared/runner/runner'

/** A session whose child may call. */
export interface ChildSession {
  readonly key: SessionKey
  readonly userId: string
  readonly accessLevel: AccessLevel
  /** Called whenever a call met a credential that is dead. */
  readonly credentialDied: () => void
}

export interface Registration {
  /** What the child has as its access token: worth something at this injector only. */
  readonly token: string
  /** Changes what the session may do, from the next call on. */
  update(accessLevel: AccessLevel): void
  /** Ends the token and breaks off the calls under way. */
  unregister(): void
}

/** A session as calls see it. */
export interface CallingSession {
  readonly current: ChildSession
  /** The calls under way. */
  readonly calls: Set<ServerResponse>
}

/** Knows the sessions by the tokens of their children. */
export interface ChildSessions {
  register(session: ChildSession): Registration
  /** Finds the session of an `Authorization` header, `token …` or `Bearer …`. */
  find(authorization: string | undefined): CallingSession | undefined
}

export function createChildSessions(randomBytes: (count: number) => Uint8Array): ChildSessions {
  const sessions = new Map<string, CallingSession>()

  return {
    register(session) {
      const token = `fjb_ch_${randomBytes(32).toBase64({ alphabet: 'base64url', omitPadding: true })}`
      const calls = new Set<ServerResponse>()
      sessions.set(token, { current: session, calls })
      return {
        token,
        update(accessLevel) {
          const { current } = sessions.get(token) ?? {}
          if (current !== undefined) sessions.set(token, { current: { ...current, accessLevel }, calls })
        },
        unregister() {
          sessions.delete(token)
          for (const response of calls) response.destroy()
        },
      }
    },
    find(authorization) {
      const token = /^(?:token|bearer) +(\S+)$/i.exec(authorization ?? '')?.[1]
      return token === undefined ? undefined : sessions.get(token)
    },
  }
}
