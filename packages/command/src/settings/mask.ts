/** What is shown instead of a secret: neither its length nor a part of it. */
export const masked = '********'

/**
 * Hides what may be a password in a value that is no secret itself: all that stands before the host of a URL, and what its query carries.
 * Where a URL is broken, too much is hidden rather than too little.
 */
export function maskPasswords(value: string): string {
  return value
    .split(/(\s+)/)
    .map((word) => maskWord(word))
    .join('')
}

function maskWord(word: string): string {
  const url = URL.parse(word)
  const isBare = url !== null && url.username === '' && url.password === ''
  const withoutUser = isBare ? word : word.replace(/\/\/.*@/, `//${masked}@`)
  return withoutUser.replaceAll(/([?&][^=&]+=)[^&]*/g, `$1${masked}`)
}
