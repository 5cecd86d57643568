/** What is shown instead of a secret: neither its length nor a part of it. */
export const masked = '********'

/**
 * Hides what may be a password in a value that is no secret itself: all that stands before the host of a URL, and what its query carries.
 * A slip of one sign makes another URL of it, or none; so whatever stands before the last @ is hidden, and rather too much than too little.
 */
export function maskPasswords(value: string): string {
  return value.replace(/^.*@/s, `${masked}@`).replaceAll(/([?&][^=&]+=)[^&]*/g, `$1${masked}`)
}
