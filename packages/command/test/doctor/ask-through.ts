import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { err, ok } from '@fjmcp-broker/shared/result'
import type { Ask, NoAnswer } from '../../src/doctor/network/ask.ts'

/** Throws what the network would: an application in a test's network that nobody reaches. */
export class Unreached extends Error {
  readonly noAnswer: NoAnswer

  constructor(noAnswer: NoAnswer) {
    super(noAnswer.reason)
    this.noAnswer = noAnswer
  }
}

/** Makes an application that nobody reaches. */
export function unreached(noAnswer: NoAnswer): Fetch {
  return () => {
    throw new Unreached(noAnswer)
  }
}

/** Asks applications directly, without a network. */
export function askThrough(fetch: Fetch, nowMs: () => number = Date.now): Ask {
  return async ({ url, ...init }) => {
    try {
      const response = await fetch(new Request(url, init))
      const headers = new Headers(response.headers)
      if (!headers.has('date')) headers.set('date', new Date(nowMs()).toUTCString())
      return ok({ status: response.status, headers, body: await response.text(), receivedAtMs: nowMs() })
    } catch (error) {
      if (error instanceof Unreached) return err(error.noAnswer)
      throw error
    }
  }
}
