/**
 * The program `nonblock PROGRAM ARGUMENTS…`: sets `O_NONBLOCK` on its standard input, then becomes PROGRAM, with the same environment. Three
 * system calls, so small that it is written here as what the processor reads, and needs neither compiler nor libc:
 *
 *     fcntl(0, F_SETFL, O_NONBLOCK)
 *     error = execve(argv[1], &argv[1], envp)    comes back only where it fails
 *     exit(128 - error)                          errors are negative
 *
 * At the start the stack holds argc, the arguments, a null, and the environment. The key is platform and processor, as Node has them.
 *
 * @see System V ABI, AMD64 supplement, §3.4.1; Linux, arch/x86/entry/syscalls and include/uapi/asm-generic/unistd.h for the numbers
 */
export function assembleNonblock(): Readonly<Record<string, Uint8Array>> {
  return {
    'linux-x64': toElf({
      machine: 62,
      code: fromHex(`
        31ff              xor   edi, edi              standard input
        be04000000        mov   esi, 4                F_SETFL
        ba00080000        mov   edx, 0x800            O_NONBLOCK
        b848000000        mov   eax, 72               fcntl
        0f05              syscall
        488d742410        lea   rsi, [rsp+16]         &argv[1]
        488b3e            mov   rdi, [rsi]            argv[1]
        488b0424          mov   rax, [rsp]            argc
        488d14c6          lea   rdx, [rsi+rax*8]      envp
        b83b000000        mov   eax, 59               execve
        0f05              syscall
        bf80000000        mov   edi, 128
        29c7              sub   edi, eax
        b83c000000        mov   eax, 60               exit
        0f05              syscall`),
    }),
    'linux-arm64': toElf({
      machine: 183,
      code: fromHex(`
        000080d2          mov   x0, 0                 standard input
        810080d2          mov   x1, 4                 F_SETFL
        020081d2          mov   x2, 0x800             O_NONBLOCK
        280380d2          mov   x8, 25                fcntl
        010000d4          svc   0
        e1430091          add   x1, sp, 16            &argv[1]
        200040f9          ldr   x0, [x1]              argv[1]
        e30340f9          ldr   x3, [sp]              argc
        220c038b          add   x2, x1, x3, lsl 3     envp
        a81b80d2          mov   x8, 221               execve
        010000d4          svc   0
        031080d2          mov   x3, 128
        600000cb          sub   x0, x3, x0
        a80b80d2          mov   x8, 93                exit
        010000d4          svc   0`),
    }),
  }
}

/** The first column of a listing. */
function fromHex(listing: string): Uint8Array {
  return Uint8Array.fromHex((listing.match(/^ *[0-9a-f]+/gm) ?? []).map((column) => column.trim()).join(''))
}

/** Where the one segment is put in memory. */
const baseAddress = 0x400000
const headerBytes = 64
const segmentHeaderBytes = 56

/**
 * An executable of 64 bits, little-endian, whose one segment is the file itself, to be read and run and not written.
 *
 * @see System V ABI, chapters 4 and 5
 */
function toElf({ machine, code }: { readonly machine: number; readonly code: Uint8Array }): Uint8Array {
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
