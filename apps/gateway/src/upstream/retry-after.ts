/** However long a server asks us to stay away, we look again after this time. */
const longestMs = 60_000

/**
 * How long a server asks us to stay away, in milliseconds: undefined where it does not say, a minute at most. A date counts as a minute.
 *
 * @see RFC 9110 §10.2.3
 */
export function parseRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined
  return /^\d{1,9}$/.test(header) ? Math.min(Number(header) * 1000, longestMs) : longestMs
}
