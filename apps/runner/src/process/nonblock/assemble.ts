import { nonblockFailedWord } from '../nonblock.ts'
import { toElf } from './elf.ts'

/** One instruction: its bytes, and what the processor takes them for. */
type Instruction = readonly [hex: string, assembly: string, meaning?: string]

const x64: readonly Instruction[] = [
  ['31ff', 'xor edi, edi', 'standard input'],
  ['be04000000', 'mov esi, 4', 'F_SETFL'],
  ['ba00080000', 'mov edx, 0x800', 'O_NONBLOCK'],
  ['b848000000', 'mov eax, 72', 'fcntl'],
  ['0f05', 'syscall'],
  ['488d742410', 'lea rsi, [rsp+16]', '&argv[1]'],
  ['488b3e', 'mov rdi, [rsi]', 'argv[1]'],
  ['488b0424', 'mov rax, [rsp]', 'argc'],
  ['488d14c6', 'lea rdx, [rsi+rax*8]', 'envp'],
  ['b83b000000', 'mov eax, 59', 'execve'],
  ['0f05', 'syscall'],
  ['bb80000000', 'mov ebx, 128'],
  ['29c3', 'sub ebx, eax', 'the code'],
  ['bf02000000', 'mov edi, 2', 'standard error'],
  ['488d3515000000', 'lea rsi, [rip+21]', 'the word, behind the last instruction'],
  ['ba10000000', 'mov edx, 16', 'its length'],
  ['b801000000', 'mov eax, 1', 'write'],
  ['0f05', 'syscall'],
  ['89df', 'mov edi, ebx', 'the code'],
  ['b83c000000', 'mov eax, 60', 'exit'],
  ['0f05', 'syscall'],
]

const arm64: readonly Instruction[] = [
  ['000080d2', 'mov x0, 0', 'standard input'],
  ['810080d2', 'mov x1, 4', 'F_SETFL'],
  ['020081d2', 'mov x2, 0x800', 'O_NONBLOCK'],
  ['280380d2', 'mov x8, 25', 'fcntl'],
  ['010000d4', 'svc 0'],
  ['e1430091', 'add x1, sp, 16', '&argv[1]'],
  ['200040f9', 'ldr x0, [x1]', 'argv[1]'],
  ['e30340f9', 'ldr x3, [sp]', 'argc'],
  ['220c038b', 'add x2, x1, x3, lsl 3', 'envp'],
  ['a81b80d2', 'mov x8, 221', 'execve'],
  ['010000d4', 'svc 0'],
  ['031080d2', 'mov x3, 128'],
  ['630000cb', 'sub x3, x3, x0', 'the code'],
  ['400080d2', 'mov x0, 2', 'standard error'],
  ['e1000010', 'adr x1, 28', 'the word, behind the last instruction'],
  ['020280d2', 'mov x2, 16', 'its length'],
  ['080880d2', 'mov x8, 64', 'write'],
  ['010000d4', 'svc 0'],
  ['e00303aa', 'mov x0, x3', 'the code'],
  ['a80b80d2', 'mov x8, 93', 'exit'],
  ['010000d4', 'svc 0'],
]

/**
 * The program `nonblock PROGRAM ARGUMENTS…`: sets `O_NONBLOCK` on its standard input, then becomes PROGRAM, with the same environment. Four
 * system calls, so small that it is written here as what the processor reads, and needs neither compiler nor libc:
 *
 *     fcntl(0, F_SETFL, O_NONBLOCK)
 *     error = execve(argv[1], &argv[1], envp)    comes back only where it fails
 *     write(2, word, 16)
 *     exit(128 - error)                          errors are negative
 *
 * At the start the stack holds argc, the arguments, a null, and the environment. The key is platform and processor, as Node has them.
 *
 * @see System V ABI, AMD64 supplement, §3.4.1; Linux, arch/x86/entry/syscalls and include/uapi/asm-generic/unistd.h for the numbers
 */
export function assembleNonblock(): Readonly<Record<string, Uint8Array>> {
  return {
    'linux-x64': toElf({ machine: 62, code: toBytes(x64) }),
    'linux-arm64': toElf({ machine: 183, code: toBytes(arm64) }),
  }
}

function toBytes(instructions: readonly Instruction[]): Uint8Array {
  return Buffer.concat([Buffer.from(instructions.map(([hex]) => hex).join(''), 'hex'), Buffer.from(nonblockFailedWord)])
}
