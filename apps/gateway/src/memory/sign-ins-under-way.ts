import { settlesWithin } from '@fjmcp-broker/shared/settles-within'

/** The sign-ins that have asked Forgejo for tokens and are not stored yet: whose they are is not known before Forgejo has said so. */
export interface SignInsUnderWay {
  /** Counts a sign-in until it has settled. */
  add(signIn: Promise<unknown>): void
  /** Resolves when all that are under way now have settled, and after a few seconds in any case. Never rejects. */
  settled(): Promise<void>
}

/** @param longestMs How long is waited at most. */
export function createSignInsUnderWay(longestMs = 5_000): SignInsUnderWay {
  const underWay = new Set<Promise<void>>()
  return {
    add(signIn) {
      const ended = signIn.then(
        () => void underWay.delete(ended),
        () => void underWay.delete(ended),
      )
      underWay.add(ended)
    },
    async settled() {
      await settlesWithin(Promise.all(underWay), { limitMs: longestMs })
    },
  }
}
