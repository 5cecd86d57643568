/** The standalone streams that are open, one per session at most. */
export interface StandaloneStreams {
  /** Makes this the session's stream; the one it had is closed. */
  replace(sessionId: string, close: CloseStream): void
  /** Forgets a stream that has ended. One that was replaced has ended before its successor came. */
  remove(sessionId: string): void
  /** Closes every stream, with these last words. */
  closeAll(farewell: string): void
}

type CloseStream = (farewell?: string) => void

export function createStandaloneStreams(): StandaloneStreams {
  const open = new Map<string, CloseStream>()

  function close(sessionId: string, farewell?: string): void {
    const closeStream = open.get(sessionId)
    open.delete(sessionId)
    closeStream?.(farewell)
  }

  return {
    replace(sessionId, closeStream) {
      close(sessionId)
      open.set(sessionId, closeStream)
    },
    remove(sessionId) {
      open.delete(sessionId)
    },
    closeAll(farewell) {
      for (const sessionId of open.keys()) close(sessionId, farewell)
    },
  }
}
