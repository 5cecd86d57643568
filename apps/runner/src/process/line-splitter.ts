/** Takes the bytes of a stream as they come. */
export type LineSplitter = (chunk: Buffer) => void

const lineBreak = 0x0a

/**
 * Cuts a stream of UTF-8 into lines; empty ones are left out. Characters that are spread over two chunks stay whole.
 * After a line that is too long nothing is told any more: what follows cannot be trusted to begin where a message does.
 */
export function createLineSplitter({
  maxBytes,
  onLine,
  onTooLong,
}: {
  readonly maxBytes: number
  readonly onLine: (line: string) => void
  readonly onTooLong: () => void
}): LineSplitter {
  let begun: Buffer[] = []
  let begunBytes = 0
  let isDeaf = false

  return (chunk) => {
    let start = 0
    while (!isDeaf) {
      const end = chunk.indexOf(lineBreak, start)
      const part = chunk.subarray(start, end === -1 ? chunk.length : end)
      if (begunBytes + part.length > maxBytes) return giveUp()
      if (end === -1) return begin(part)
      const line = begun.length === 0 ? part : Buffer.concat([...begun, part])
      forget()
      if (line.length > 0) onLine(line.toString('utf8'))
      start = end + 1
    }
  }

  function begin(part: Buffer): void {
    if (part.length === 0) return
    begun.push(part)
    begunBytes += part.length
  }

  function forget(): void {
    begun = []
    begunBytes = 0
  }

  function giveUp(): void {
    isDeaf = true
    forget()
    onTooLong()
  }
}
