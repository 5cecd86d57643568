/**
 * Whether a name means a forbidden argument. Spellings that a lenient reader could take for it count too: other case, and characters
 * that Unicode holds to be the same. The forbidden ones are of plain letters, of which no other spelling is more than twice as long: longer
 * names are not looked at, since to put a heap of marks in order takes the square of its length.
 */
export function isForbiddenArgument(name: string, forbidden: readonly string[]): boolean {
  return forbidden.some((argument) => name.length <= 2 * argument.length && name.normalize('NFKC').toLowerCase() === argument)
}
