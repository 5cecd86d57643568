import { err, ok, type Result } from '@fjmcp-broker/shared/result'

/** The one protected resource of this broker, as tokens are bound to it. */
export function canonicalResource(publicUrl: string): string {
  return `${publicUrl}/mcp`
}

/**
 * Checks a `resource` parameter and answers with the canonical spelling. Absent means the one resource there is (clients older than the
 * parameter omit it); the origin alone and trailing slashes are accepted as other spellings of it.
 *
 * @see RFC 8707 §2
 */
export function checkResource(presented: string | undefined, publicUrl: string): Result<string, { readonly reason: 'foreign_resource' }> {
  const canonical = canonicalResource(publicUrl)
  if (presented === undefined || presented === canonical) return ok(canonical)
  const url = URL.parse(presented)
  if (url === null || !spellings.has(url.href.slice(url.origin.length)) || url.origin !== publicUrl) {
    return err({ reason: 'foreign_resource' })
  }
  return ok(canonical)
}

/** What may stand behind the origin. User names stand before it, so they never match. */
const spellings: ReadonlySet<string> = new Set(['/', '/mcp', '/mcp/'])
