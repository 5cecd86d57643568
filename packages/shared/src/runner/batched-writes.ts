import { setImmediate } from 'node:timers'

/** The slice of a socket that this needs. */
export interface CorkableSocket {
  cork(): void
  uncork(): void
}

/**
 * Makes a function to call before each write to the socket: all that is written in one turn of the event loop, whatever woke it, then leaves in one
 * system call.
 */
export function createWriteBatching(socket: CorkableSocket): () => void {
  let corked = false
  function uncork(): void {
    corked = false
    socket.uncork()
  }
  return () => {
    if (corked) return
    corked = true
    socket.cork()
    setImmediate(uncork)
  }
}
