import { familyOf } from '@fjmcp-broker/testkit/processes'
import { open, userCall } from '../load/session.ts'
import { pssMibOf } from '../processes/measure-processes.ts'
import type { ComparedPart } from './compare.ts'

/** What sessions add to the memory of the whole tree: first idle, then each with a call behind it. */
export const memory: ComparedPart = {
  name: 'memory',
  async begin({ sizes: { sessionsForMemory: count } }, subject) {
    // What the first sessions allocate once is no cost of the others.
    const first = await Promise.all(Array.from({ length: 5 }, () => open(subject.createSession())))
    await Promise.all(first.map((session) => session.call(userCall)))
    return {
      async measure() {
        const before = measureTree()
        const sessions = await Promise.all(Array.from({ length: count }, () => open(subject.createSession())))
        const idle = measureTree()
        await Promise.all(sessions.map((session) => session.call(userCall)))
        const live = measureTree()
        for (const session of sessions) await session.close()
        return { pss_idle_session: (idle - before) / count, pss_live_session: (live - before) / count }
      },
      end: async () => void (await Promise.all(first.map((session) => session.close()))),
    }

    function measureTree(): number {
      return pssMibOf(subject.roots().flatMap(familyOf))
    }
  },
}
