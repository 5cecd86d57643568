/** The parameters of an OAuth request, each at most once. */
export interface Parameters {
  readonly values: ReadonlyMap<string, string>
  /** Names that came more than once; none of their values is in `values`. */
  readonly repeated: ReadonlySet<string>
}

/**
 * Sorts out a query or form: a parameter without a value counts as absent, one that is repeated as unusable.
 *
 * @see RFC 6749 §3.1, §3.2
 */
export function parseParameters(pairs: URLSearchParams): Parameters {
  const values = new Map<string, string>()
  const repeated = new Set<string>()
  const seen = new Set<string>()
  for (const [name, value] of pairs) {
    if (seen.has(name)) repeated.add(name)
    seen.add(name)
    if (value !== '') values.set(name, value)
  }
  for (const name of repeated) values.delete(name)
  return { values, repeated }
}
