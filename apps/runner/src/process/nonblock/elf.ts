/** Where the one segment is put in memory. */
const baseAddress = 0x400000
const headerBytes = 64
const segmentHeaderBytes = 56

/**
 * An executable of 64 bits, little-endian, whose one segment is the file itself, to be read and run and not written.
 *
 * @param machine The processor's number.
 * @param code What is there to run from its first byte on, and what that reads.
 * @see System V ABI, chapters 4 and 5
 */
export function toElf({ machine, code }: { readonly machine: number; readonly code: Uint8Array }): Uint8Array {
  const codeAt = headerBytes + segmentHeaderBytes
  const file = new Uint8Array(codeAt + code.length)
  const view = new DataView(file.buffer)
  const half = (at: number, value: number) => view.setUint16(at, value, true)
  const word = (at: number, value: number) => view.setUint32(at, value, true)
  const long = (at: number, value: number) => view.setBigUint64(at, BigInt(value), true)

  file.set([0x7f, ...new TextEncoder().encode('ELF'), 2 /* 64 bits */, 1 /* little-endian */, 1 /* version */])
  half(16, 2) // an executable
  half(18, machine)
  word(20, 1) // version
  long(24, baseAddress + codeAt) // where it begins
  long(32, headerBytes) // where the segment's header is
  half(52, headerBytes)
  half(54, segmentHeaderBytes)
  half(56, 1) // segments

  word(headerBytes, 1) // to be loaded
  word(headerBytes + 4, 5) // read and run
  long(headerBytes + 16, baseAddress)
  long(headerBytes + 24, baseAddress)
  long(headerBytes + 32, file.length)
  long(headerBytes + 40, file.length)
  long(headerBytes + 48, 0x10000) // alignment, which suits pages of 4 to 64 KiB
  file.set(code, codeAt)
  return file
}
