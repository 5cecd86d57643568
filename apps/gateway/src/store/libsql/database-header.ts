/** How many bytes the header of a database has. */
export const headerBytes = 100

/** What the beginning of a database says. */
export interface DatabaseHeader {
  /** Which program made it. */
  readonly applicationId: number
  readonly pageBytes: number
  /** How long the file is, the write-ahead log aside; undefined where it does not say so. */
  readonly bytes: number | undefined
}

/**
 * Reads the header of a database from the first bytes of a file; undefined where it is none.
 *
 * @see https://www.sqlite.org/fileformat.html#the_database_header
 */
export function parseHeader(start: Buffer): DatabaseHeader | undefined {
  if (start.length < headerBytes || start.toString('latin1', 0, magic.length) !== magic) return undefined
  // A page of 65,536 bytes is written as 1.
  const pageBytes = start.readUInt16BE(16) === 1 ? 65_536 : start.readUInt16BE(16)
  const pages = start.readUInt32BE(28)
  const changes = start.readUInt32BE(24)
  const changesAtPages = start.readUInt32BE(92)
  const isKnown = pageBytes > 0 && pages > 0 && changes === changesAtPages
  return { applicationId: start.readUInt32BE(68), pageBytes, bytes: isKnown ? pages * pageBytes : undefined }
}

const magic = 'SQLite format 3\0'
