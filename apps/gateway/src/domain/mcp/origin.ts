import { isLoopbackHost } from '../network/loopback-host.ts'

/**
 * Whether a browser page of this origin may speak to us: our own, a page on this computer, or one that the operator named. Programs send
 * no `Origin` at all. The opaque origin `null` passes never: any page can have it.
 *
 * @see MCP 2025-11-25, Streamable HTTP, security warning (DNS rebinding)
 */
export function isAllowedOrigin(
  origin: string | null,
  allowed: { readonly publicUrl: string; readonly allowedOrigins: readonly string[] },
) {
  if (origin === null || origin === allowed.publicUrl || allowed.allowedOrigins.includes(origin)) return true
  const url = URL.parse(origin)
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === origin && isLoopbackHost(url.hostname)
}
