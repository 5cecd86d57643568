import type { Log } from '@fjmcp-broker/shared/log'
import type { Ignored } from '../supervision/effect.ts'
import type { LiveSession } from './live-session.ts'

/** Answers to calls that were cancelled, and notifications that no client can be given, are in the nature of things. */
const expected: ReadonlySet<Ignored> = new Set<Ignored>(['late_answer', 'notification', 'unknown_progress_token'])

/** Warns of what children say that makes no sense: of the first, the tenth, the hundredth of a kind, and so on. */
export function createIgnoredCounter(log: Log): (session: LiveSession, what: Ignored) => void {
  const counts = new Map<Ignored, number>()

  return (session, what) => {
    const count = (counts.get(what) ?? 0) + 1
    counts.set(what, count)
    if (expected.has(what) || !/^10*$/.test(String(count))) return
    log.warn('child_message_ignored', { what, count, session: session.key })
  }
}
