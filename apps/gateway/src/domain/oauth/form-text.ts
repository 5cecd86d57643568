/**
 * One name or value of a form in the clear, where it stands alone; `undefined` when its escapes are broken. A form's parser would pass
 * those over, and two spellings of a secret would then be the same.
 *
 * @see RFC 6749 appendix B
 */
export function decodeFormText(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
