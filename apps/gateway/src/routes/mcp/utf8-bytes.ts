const encoder = new TextEncoder()

/** How many bytes a text takes on its way to the client. */
export function utf8Bytes(text: string): number {
  return encoder.encode(text).byteLength
}
