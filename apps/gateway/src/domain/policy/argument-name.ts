/**
 * Whether a name means a forbidden argument. Spellings that a lenient reader could take for it count too: other case, and characters
 * that Unicode holds to be the same.
 */
export function isForbiddenArgument(name: string, forbidden: readonly string[]): boolean {
  return forbidden.length > 0 && forbidden.includes(name.normalize('NFKC').toLowerCase())
}
