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
  /** Gives the token to a session, for good: throws where it stands for one, or for none any more. */
  bind(session: ChildSession): void
  /** Changes what the session may do, from the next call on. */
  update(accessLevel: AccessLevel): void
  /** Ends the token and breaks off the calls under way. */
  unregister(): void
}

/** A child as its calls are seen. */
export interface CallingChild {
  /** Undefined as long as no session has it: then it may ask Forgejo's version and nothing else. */
  readonly session: ChildSession | undefined
  /** The calls under way. */
  readonly calls: Set<ServerResponse>
}

/** Knows the children by their tokens. */
export interface ChildSessions {
  /** Lets a child in, for this session or for none yet. */
  register(session?: ChildSession): Registration
  /** Finds the child of an `Authorization` header, `token …` or `Bearer …`. */
  find(authorization: string | undefined): CallingChild | undefined
}

export function createChildSessions(randomBytes: (count: number) => Uint8Array): ChildSessions {
  const children = new Map<string, CallingChild>()

  return {
    register(session) {
      const token = `fjb_ch_${randomBytes(32).toBase64({ alphabet: 'base64url', omitPadding: true })}`
      const calls = new Set<ServerResponse>()
      children.set(token, { session, calls })
      return {
        token,
        bind(bound) {
          const child = children.get(token)
          if (child === undefined || child.session !== undefined) throw new Error('A child cannot pass from one session to another')
          children.set(token, { session: bound, calls })
        },
        update(accessLevel) {
          const current = children.get(token)?.session
          if (current !== undefined) children.set(token, { session: { ...current, accessLevel }, calls })
        },
        unregister() {
          children.delete(token)
          for (const response of calls) response.destroy()
        },
      }
    },
    find(authorization) {
      const token = /^(?:token|bearer) +(\S+)$/i.exec(authorization ?? '')?.[1]
      return token === undefined ? undefined : children.get(token)
    },
  }
}
