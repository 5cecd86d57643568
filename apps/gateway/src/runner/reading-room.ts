import type { EventRoom } from '@fjmcp-broker/shared/runner/runner'

/** The room that one reading has for its events. */
export interface ReadingRoom {
  /** Whether there is room for an event, which takes it then. What was waited for is taken first. */
  take(bytes: number): boolean
  /** Waits for room for the next event. Settles with false where there was none in time. */
  untilThere(bytes: number): Promise<boolean>
  giveBack(bytes: number): void
  /** Waits no longer, and gives back what was waited for. */
  leave(): void
}

/** @param waitMs How long an event waits for room. */
export function createReadingRoom({ room, waitMs }: { readonly room: EventRoom | undefined; readonly waitMs: number }): ReadingRoom {
  /** Taken for the next event. */
  let keptBytes = 0
  const left = new AbortController()

  return {
    take(bytes) {
      // The next event may be another than the one that this was taken for.
      const missing = bytes - keptBytes
      if (missing > 0 && room?.take(missing) !== undefined) return false
      if (missing < 0) room?.giveBack(-missing)
      keptBytes = 0
      return true
    },
    async untilThere(bytes) {
      const missing = bytes - keptBytes
      const isThere = (await room?.untilTaken(missing, AbortSignal.any([AbortSignal.timeout(waitMs), left.signal]))) ?? true
      if (isThere) keptBytes = bytes
      return isThere
    },
    giveBack: (bytes) => room?.giveBack(bytes),
    leave() {
      left.abort()
      room?.giveBack(keptBytes)
      keptBytes = 0
    },
  }
}
