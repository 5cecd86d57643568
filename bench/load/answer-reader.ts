/** An HTTP answer. The body is as it came: where the transfer was chunked, the lengths of the chunks stand in it. */
export interface HttpAnswer {
  readonly status: number
  /** Status line and header fields. */
  readonly head: string
  readonly body: Buffer
}

/** Puts the answers of one connection together, one after the other. It reads no more than where an answer ends. */
export interface AnswerReader {
  /** The answer that ends with these bytes, or undefined while there is more to come. */
  add(bytes: Buffer): HttpAnswer | undefined
}

interface Head {
  readonly status: number
  readonly text: string
  readonly bodyStart: number
  /** Undefined: chunked. */
  readonly bodyLength: number | undefined
}

/** @see RFC 9112 §6, §7.1 */
export function createAnswerReader(): AnswerReader {
  let parts: Buffer[] = []
  let length = 0
  let head: Head | undefined

  return {
    add(bytes) {
      parts.push(bytes)
      length += bytes.length
      head ??= parseHead(join())
      if (head === undefined) return undefined
      if (head.bodyLength === undefined ? !endsWithLastChunk(bytes) : length < head.bodyStart + head.bodyLength) return undefined
      const body = join().subarray(head.bodyStart)
      if (head.bodyLength === undefined && !isWholeInChunks(body)) return undefined
      const { status, text } = head
      parts = []
      length = 0
      head = undefined
      return { status, head: text, body }
    },
  }

  function join(): Buffer {
    const joined = parts.length === 1 ? parts[0] : undefined
    if (joined !== undefined) return joined
    const all = Buffer.concat(parts)
    parts = [all]
    return all
  }
}

function parseHead(bytes: Buffer): Head | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const text = bytes.toString('latin1', 0, end)
  const declared = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1]
  const isChunked = declared === undefined && /\r\ntransfer-encoding: *chunked/i.test(text)
  return {
    status: Number(text.slice(9, 12)),
    text,
    bodyStart: end + 4,
    bodyLength: isChunked ? undefined : Number(declared ?? 0),
  }
}

const lastChunk = Buffer.from('0\r\n\r\n')

/** Cheap, and right but for content that happens to end so: then the chunks are gone through. */
function endsWithLastChunk(bytes: Buffer): boolean {
  return bytes.length < lastChunk.length || bytes.subarray(-lastChunk.length).equals(lastChunk)
}

function isWholeInChunks(body: Buffer): boolean {
  let position = 0
  while (position < body.length) {
    const lineEnd = body.indexOf('\r\n', position)
    if (lineEnd < 0) return false
    const size = Number.parseInt(body.toString('latin1', position, lineEnd), 16)
    position = lineEnd + 2 + size + 2
    if (size === 0) return position <= body.length
  }
  return false
}
