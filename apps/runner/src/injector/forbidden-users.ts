import { createBoundedMap } from '@fjmcp-broker/shared/bounded-map'
import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Log } from '@fjmcp-broker/shared/log'
import type { Upstream } from './upstream.ts'

/**
 * Hears of the calls that Forgejo forbids (403). One is an everyday thing, but a user who is forbidden even to ask who they are is disabled, or
 * their grant is of no use: the operator is told so, once.
 */
export type NoticeForbidden = (call: { readonly userId: string; readonly authorization: string }) => void

/** Whoever is forbidden one thing is asked about no more often than this. */
const intervalMs = 600_000
const maxUsers = 10_000

/** @param path Of Forgejo's answer to who a token belongs to. */
export function createForbiddenUsers({
  upstream,
  path,
  userAgent,
  clock,
  log,
}: {
  readonly upstream: Pick<Upstream, 'send'>
  readonly path: string
  readonly userAgent: string
  readonly clock: Clock
  readonly log: Log
}): NoticeForbidden {
  const asked = createBoundedMap<{ readonly atMs: number; isForbidden: boolean }>(maxUsers)

  return ({ userId, authorization }) => {
    const last = asked.get(userId)
    if (last !== undefined && clock() - last.atMs < intervalMs) return
    const look = { atMs: clock(), isForbidden: last?.isForbidden ?? false }
    asked.set(userId, look)
    const headers = { authorization, accept: 'application/json', 'user-agent': userAgent }
    const sent = upstream.send(
      { method: 'GET', path, headers, body: null },
      {
        head({ status }) {
          const isForbidden = status === 403
          if (isForbidden && !look.isForbidden) log.warn('forgejo_user_forbidden', { userId, status })
          if (isForbidden || status === 200) look.isForbidden = isForbidden
          sent.abort()
        },
        data: () => true,
        end: () => undefined,
        failed: () => undefined,
      },
    )
  }
}
