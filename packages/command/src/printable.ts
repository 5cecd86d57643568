/** What others told, fit for a terminal: whatever is not printable ASCII becomes a space. */
export function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/g, ' ')
}
