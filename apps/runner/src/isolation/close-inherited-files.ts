import { closeSync, readdirSync, readFileSync } from 'node:fs'

/** The bit of `O_CLOEXEC` in the flags of a file that is open. */
const closeOnExec = 0o2000000

/**
 * Closes the files, beyond the three standard ones, that whoever started this process left open and that its children would get as well.
 * What Node opens is not handed on and stays open; Node itself only looks at the first few. To be called before anything else is opened.
 *
 * @see proc_pid_fdinfo(5)
 */
export function closeInheritedFiles(): void {
  for (const file of listOpenFiles()) if (file > 2 && isHandedOn(file)) closeSync(file)
}

function listOpenFiles(): readonly number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number)
  } catch {
    return []
  }
}

function isHandedOn(file: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${file}`, 'utf8'))?.[1]
    return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0
  } catch {
    // The one by which they were listed is closed by now.
    return false
  }
}
