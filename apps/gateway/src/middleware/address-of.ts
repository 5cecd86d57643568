import type { Context } from 'hono'
import type { GatewayDependencies } from '../dependencies.ts'
import { findClientAddress } from '../domain/network/client-address.ts'
import { type IpAddress, parseIpAddress } from '../domain/network/ip-address.ts'
import { createTrust } from '../domain/network/trusted-proxies.ts'
import type { GatewayEnv } from '../hono-env.ts'

/**
 * Tells the address of the client: the socket's peer, or whom trusted proxies name in `X-Forwarded-For`. Undefined where no socket is involved.
 * Whoever sits at a trusted address can have it say anything, a child on loopback too: nothing but rate limits and the audit may depend on it.
 */
export type AddressOf = (c: Context<GatewayEnv>) => string | undefined

/** Says once in the log that somebody who is not trusted sends `X-Forwarded-For`: that may be a proxy which ought to be. */
export function createAddressOf({
  settings,
  log,
  ownAddresses = [],
}: Pick<GatewayDependencies, 'settings' | 'log' | 'ownAddresses'>): AddressOf {
  const isTrusted = createTrust(settings.trustedProxies, ownAddresses)
  let hasWarned = false

  return (c) => {
    const peer = parseIpAddress(c.env.peer?.address ?? '')
    if (peer === undefined) return undefined
    const forwardedFor = c.req.header('x-forwarded-for')
    if (forwardedFor !== undefined && !isTrusted(peer)) warn(peer)
    return findClientAddress({ peer, forwardedFor, isTrusted }).toString()
  }

  function warn(peer: IpAddress): void {
    if (hasWarned) return
    hasWarned = true
    log.warn('forwarded_for_ignored', {
      peer: peer.toString(),
      remedy: 'if this is your proxy, add its address to FJMCP_BROKER_TRUSTED_PROXIES; if not, somebody reaches the broker past the proxy',
    })
  }
}
