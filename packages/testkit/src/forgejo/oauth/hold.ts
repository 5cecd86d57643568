/**
 * Where the token endpoint can be held:
 * `request`: nothing is decided yet. `counter`: all checks are passed, the grant's counter not yet raised, so that of two held refreshes one loses the race.
 * `answer`: the new tokens exist and the old refresh token is dead, so that a client that goes away has lost them.
 */
export type HoldStage = 'request' | 'counter' | 'answer'

/** Requests to the token endpoint that wait for a test's word. */
export interface Hold {
  readonly waiting: number
  /** Resolves when that many requests have come to wait here, counted from the start of the hold. */
  reached(count: number): Promise<void>
  /** Lets all go on and ends the hold. */
  release(): void
}

export interface Holds {
  start(stage: HoldStage): Hold
  /** The wait for the end of a hold at this stage; undefined where there is none, so that a request runs on without a pause. */
  waitAt(stage: HoldStage): Promise<void> | undefined
}

export function createHolds(): Holds {
  const current = new Map<HoldStage, StartedHold>()
  return {
    start(stage) {
      if (current.has(stage)) throw new Error(`The token endpoint is held at ${stage} already`)
      const hold = startHold(() => current.delete(stage))
      current.set(stage, hold)
      return hold.control
    },
    waitAt: (stage) => current.get(stage)?.wait(),
  }
}

interface StartedHold {
  readonly control: Hold
  wait(): Promise<void>
}

function startHold(onRelease: () => void): StartedHold {
  const released = Promise.withResolvers<void>()
  const watchers: { readonly count: number; readonly resolve: () => void }[] = []
  let arrived = 0
  let waiting = 0
  return {
    control: {
      get waiting() {
        return waiting
      },
      reached(count) {
        if (arrived >= count) return Promise.resolve()
        const { promise, resolve } = Promise.withResolvers<void>()
        watchers.push({ count, resolve })
        return promise
      },
      release() {
        onRelease()
        released.resolve()
      },
    },
    async wait() {
      arrived += 1
      waiting += 1
      for (const watcher of watchers) if (arrived >= watcher.count) watcher.resolve()
      await released.promise
      waiting -= 1
    },
  }
}
