/** Replaces the values of `browser_download_url` fields in JSON as it streams by, and leaves every other byte as it is. */
export interface DownloadRewriter {
  /** Takes the next bytes and returns those that are decided. */
  push(chunk: Buffer): Buffer
  /** Returns what is left at the end. */
  flush(): Buffer
  /** How many bytes wait for their end to come: an unfinished field, or the beginning of one. */
  readonly pendingBytes: number
}

const fieldName = '"browser_download_url"'

/**
 * The field is found in the text, not in a parsed document: numbers stay as they were written, and nothing is parsed that does not
 * have it. Within a string its quotes are escaped, so it is found as a field only.
 */
export function createDownloadRewriter(toInjected: (original: string) => string): DownloadRewriter {
  let pending: Buffer = Buffer.alloc(0)

  return {
    push(chunk) {
      const data = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      const { rewritten, scanned } = data.includes(fieldName) ? rewriteFields(data, toInjected) : { rewritten: [], scanned: 0 }
      const decided = decidedLength(data, scanned)
      pending = data.subarray(decided)
      const plain = data.subarray(scanned, decided)
      return rewritten.length === 0 ? plain : Buffer.concat([...rewritten, plain])
    },
    flush() {
      const rest = pending
      pending = Buffer.alloc(0)
      return rest
    },
    get pendingBytes() {
      return pending.length
    },
  }
}

interface Scan {
  readonly rewritten: readonly Buffer[]
  /** How far the finished fields, and what looked like one, reach. */
  readonly scanned: number
}

/** Reads the bytes as latin1, where a character is a byte. */
function rewriteFields(data: Buffer, toInjected: (original: string) => string): Scan {
  const field = /"browser_download_url"[\t\n\r ]*:[\t\n\r ]*("[^"\\]*(?:\\.[^"\\]*)*")/y
  const text = data.toString('latin1')
  const rewritten: Buffer[] = []
  let scanned = 0
  for (let at = text.indexOf(fieldName); at !== -1 && !isUnfinished(text, at); at = text.indexOf(fieldName, scanned)) {
    field.lastIndex = at
    const [whole, value = '""'] = field.exec(text) ?? [fieldName]
    const end = at + whole.length
    const original = parseString(Buffer.from(value, 'latin1').toString('utf8'))
    if (original === '') rewritten.push(data.subarray(scanned, end))
    else rewritten.push(data.subarray(scanned, end - value.length), Buffer.from(`"${toInjected(original)}"`))
    scanned = end
  }
  return { rewritten, scanned }
}

function isUnfinished(text: string, at: number): boolean {
  const unfinished = /"browser_download_url"[\t\n\r ]*(?::[\t\n\r ]*(?:"[^"\\]*(?:\\.[^"\\]*)*\\?)?)?$/y
  unfinished.lastIndex = at
  return unfinished.test(text)
}

/** Where an unfinished field, or what may become one, begins; else the end. */
function decidedLength(data: Buffer, scanned: number): number {
  const field = data.indexOf(fieldName, scanned)
  if (field !== -1) return field
  const start = data.lastIndexOf('"')
  return start >= scanned && fieldName.startsWith(data.toString('latin1', start)) ? start : data.length
}

/** Empty where the string is, or is none. */
function parseString(json: string): string {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'string' ? value : ''
  } catch {
    return ''
  }
}
