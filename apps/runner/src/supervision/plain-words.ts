const longest = 100

/**
 * What a child says of itself, as an operator may see it on a terminal: a question mark stands for each sign that is not printable ASCII, and
 * what is longer is cut. Null where nothing is left.
 */
export function plainWords(text: string): string | null {
  const words = text
    .slice(0, longest)
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .trim()
  return words === '' ? null : words
}
