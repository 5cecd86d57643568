import CachePolicy from 'http-cache-semantics'

/**
 * How long a shared cache may take an answer for current by what its headers say; 0 where they say nothing or forbid it.
 *
 * @see RFC 9111 §4.2
 */
export function readFreshness(headers: Readonly<Record<string, string>>): number {
  const policy = new CachePolicy({ method: 'GET', headers: {} }, { status: 200, headers }, { shared: true, cacheHeuristic: 0 })
  return Math.max(0, (policy.maxAge() - policy.age()) * 1000)
}
