/** Sends a signal to a process and all that it started and did not let go. Nothing happens where none of them is left. */
export function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // ESRCH: it is gone. EPERM (macOS): only a zombie of it is left.
  }
}
