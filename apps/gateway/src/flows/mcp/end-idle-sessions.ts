import type { Clock } from '@fjmcp-broker/shared/clock'
import type { LiveSessions } from '../../memory/live-sessions.ts'
import { releaseSessions, type ReleasingSessions } from './release-sessions.ts'

/** Ends the sessions that nobody has used for so long; resolves to how many they were. Whoever comes back begins a new one. */
export async function endIdleSessions(
  deps: ReleasingSessions & { readonly sessions: LiveSessions; readonly clock: Clock },
  idleMs: number,
): Promise<number> {
  const usedBeforeMs = deps.clock() - idleMs
  let number = 0
  for (;;) {
    const ended = await deps.sessions.endIdle(usedBeforeMs)
    if (ended.length === 0) return number
    number += ended.length
    await releaseSessions(deps, { ended, by: 'idle' })
  }
}
