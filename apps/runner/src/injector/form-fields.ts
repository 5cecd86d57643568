/**
 * Whether a body may hold fields of a form. Forgejo takes `sudo` and tokens from those as it does from the query. No tool needs any: what
 * they send as a form is one file alone.
 *
 * @see RFC 7578 §4
 */
export function mayHoldFormFields(contentType: string | undefined, body: Buffer | null): boolean {
  const type = contentType?.trim().toLowerCase() ?? ''
  if (type.startsWith('application/x-www-form-urlencoded')) return true
  return type.startsWith('multipart/') && !isOneFile(contentType ?? '', body ?? Buffer.alloc(0))
}

/** Strict, so that nobody who reads the form more leniently finds another part in it. */
function isOneFile(contentType: string, body: Buffer): boolean {
  const boundary = /^multipart\/form-data; *boundary=([0-9A-Za-z_-]{1,70})$/.exec(contentType)?.[1]
  if (boundary === undefined) return false
  const delimiter = `--${boundary}`
  const closing = body.indexOf(delimiter, delimiter.length)
  return (
    body.indexOf(delimiter) === 0 &&
    fileHead.test(body.toString('latin1', delimiter.length, Math.min(closing, longestHead))) &&
    closing === body.lastIndexOf(delimiter) &&
    body.toString('latin1', closing - 2, closing) === '\r\n' &&
    body.toString('latin1', closing + delimiter.length, closing + delimiter.length + 2) === '--'
  )
}

const longestHead = 4_096

/** The headers of a part with the name of a file, which makes it no field. */
const fileHead =
  /^\r\nContent-Disposition: form-data; name="[^"\\\r\n]*"; filename="(?:[^"\\\r\n]|\\["\\])+"\r\nContent-Type: [^\r\n]*\r\n\r\n/
