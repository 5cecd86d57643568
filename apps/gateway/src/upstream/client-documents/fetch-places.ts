/** Bounds how many fetches run at once, in all and of each host. Who finds no place waits for one, but not for long and not with many others. */
export interface FetchPlaces {
  /** Takes a place, and returns what gives it back; undefined where none came free in time, or too many are waiting already. */
  enter(host: string): Promise<(() => void) | undefined>
}

export interface PlaceLimits {
  readonly atOnce: number
  readonly atOnceForEachHost: number
  readonly waiting: number
  readonly waitingForEachHost: number
  readonly waitMs: number
}

export function createFetchPlaces(limits: PlaceLimits): FetchPlaces {
  const running: string[] = []
  const waiting: { readonly host: string; readonly letIn: () => void }[] = []

  return {
    async enter(host) {
      if (hasPlaceFor(host)) return occupy(host)
      if (waiting.length >= limits.waiting || count(waiting, host) >= limits.waitingForEachHost) return undefined
      const { promise, resolve } = Promise.withResolvers<(() => void) | undefined>()
      const one = {
        host,
        letIn() {
          clearTimeout(timer)
          resolve(occupy(host))
        },
      }
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(one), 1)
        resolve(undefined)
      }, limits.waitMs)
      waiting.push(one)
      return promise
    },
  }

  function hasPlaceFor(host: string): boolean {
    return running.length < limits.atOnce && running.filter((other) => other === host).length < limits.atOnceForEachHost
  }

  function occupy(host: string): () => void {
    running.push(host)
    return () => {
      running.splice(running.indexOf(host), 1)
      const next = waiting.findIndex((other) => hasPlaceFor(other.host))
      if (next !== -1) waiting.splice(next, 1)[0]?.letIn()
    }
  }
}

function count(waiting: readonly { readonly host: string }[], host: string): number {
  return waiting.filter((other) => other.host === host).length
}
