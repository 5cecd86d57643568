import type { Log } from '@fjmcp-broker/shared/log'
import type { SessionKey } from '@fjmcp-broker/shared/runner/runner'
import type { Ignored } from '../supervision/effect.ts'

/** Answers to calls that were cancelled, and notifications that no client can be given, are in the nature of things. */
const expected: ReadonlySet<Ignored> = new Set<Ignored>(['late_answer', 'notification', 'unknown_progress_token'])

/** Warns of what children say that makes no sense: of the first, the tenth, the hundredth of a kind, and so on. */
export function createIgnoredCounter(log: Log): (what: Ignored, session?: SessionKey) => void {
  const counts = new Map<Ignored, number>()

  return (what, session) => {
    const count = (counts.get(what) ?? 0) + 1
    counts.set(what, count)
    if (expected.has(what) || !/^10*$/.test(String(count))) return
    log.warn('child_message_ignored', { what, count, session })
  }
}
