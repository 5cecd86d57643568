import type { CredentialRejection, PushedCredential } from '@fjmcp-broker/shared/runner/runner'
import type { Schedule } from './schedule.ts'

/** A Forgejo access token that was not refused yet. */
export interface LiveCredential {
  readonly generation: number
  readonly accessToken: string
}

/** The Forgejo access tokens of the users with live sessions: in memory only, renewed by whoever listens to the rejections. */
export interface Credentials {
  /** Takes what the gateway pushed. An older generation than the one held is ignored; death of the one held ends it for good. */
  set(pushed: PushedCredential): void
  /** Drops what is held of a user; those that wait for a fresh token go on waiting. */
  forget(userId: string): void
  /** What is held of a user now; `undefined` when that is nothing. */
  current(userId: string): LiveCredential | 'dead' | undefined
  /**
   * Waits for a credential that is newer than the rejected generation; 0 asks for any, also when the user's is known to be dead, since
   * a sign-in may have revived it. One already held is returned at once. Otherwise the rejection is announced, once for all that wait
   * for the same, and the wait is bounded: `timeout` says that nobody answered.
   */
  fresh(userId: string, rejectedGeneration: number): Promise<LiveCredential | 'dead' | 'timeout'>
  /** Announces that one is wanted, where none is held, and waits for nothing. */
  want(userId: string): void
  /** Announces a rejection and waits for nothing. */
  reject(userId: string, generation: number): void
  /** Calls the listener with each rejection, those that still wait for an answer included. Returns how to stop. */
  onRejected(listener: (rejection: CredentialRejection) => void): () => void
}

type Answer = LiveCredential | 'dead' | 'timeout'

/** An announced rejection that waits for its answer. */
interface Flight {
  readonly rejection: CredentialRejection
  readonly answer: Promise<Answer>
  settle(answer: Answer): void
}

/** @param waitMs How long an announced rejection waits for its answer; 15 s where none is given. */
export function createCredentials({ schedule, waitMs = 15_000 }: { readonly schedule: Schedule; readonly waitMs?: number }): Credentials {
  const held = new Map<string, PushedCredential>()
  const flights = new Map<string, Flight>()
  const listeners = new Set<(rejection: CredentialRejection) => void>()

  return {
    set(pushed) {
      if (isSuperseded(pushed, held.get(pushed.userId))) return
      held.set(pushed.userId, pushed)
      for (const flight of flights.values()) {
        if (flight.rejection.userId === pushed.userId) answerFlight(flight, pushed)
      }
    },
    forget(userId) {
      held.delete(userId)
    },
    current(userId) {
      const credential = held.get(userId)
      return credential === undefined ? undefined : (toLive(credential) ?? 'dead')
    },
    async fresh(userId, rejectedGeneration) {
      const credential = held.get(userId)
      const live = credential === undefined ? undefined : toLive(credential)
      if (live !== undefined && live.generation > rejectedGeneration) return live
      return announce({ userId, generation: rejectedGeneration }).answer
    },
    want(userId) {
      if (!held.has(userId)) announce({ userId, generation: 0 })
    },
    reject(userId, generation) {
      announce({ userId, generation })
    },
    onRejected(listener) {
      listeners.add(listener)
      for (const { rejection } of flights.values()) listener(rejection)
      return () => listeners.delete(listener)
    },
  }

  function announce(rejection: CredentialRejection): Flight {
    const key = `${rejection.generation} ${rejection.userId}`
    const underWay = flights.get(key)
    if (underWay !== undefined) return underWay
    const { promise, resolve } = Promise.withResolvers<Answer>()
    const callOff = schedule(waitMs, () => flight.settle('timeout'))
    const flight: Flight = {
      rejection,
      answer: promise,
      settle(answer) {
        callOff()
        flights.delete(key)
        resolve(answer)
      },
    }
    flights.set(key, flight)
    for (const listener of listeners) listener(rejection)
    return flight
  }
}

function isSuperseded(pushed: PushedCredential, held: PushedCredential | undefined): boolean {
  if (held === undefined || pushed.generation > held.generation) return false
  return pushed.generation < held.generation || (pushed.accessToken !== null && held.accessToken === null)
}

function answerFlight(flight: Flight, pushed: PushedCredential): void {
  const live = toLive(pushed)
  if (live === undefined) flight.settle('dead')
  else if (live.generation > flight.rejection.generation) flight.settle(live)
}

function toLive({ generation, accessToken }: PushedCredential): LiveCredential | undefined {
  return accessToken === null ? undefined : { generation, accessToken }
}
