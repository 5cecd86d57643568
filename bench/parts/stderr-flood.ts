import { createChildProgram } from '@fjmcp-broker/testkit/children/child-program'
import { type Bench, startBenchBroker } from '../bench.ts'
import type { Figures } from '../figures.ts'
import { repeat } from '../load/repeat.ts'
import { open, type Session, type ToolCall } from '../load/session.ts'

const echo: ToolCall = { name: 'echo', input: { text: 'calling' }, answer: 'calling' }

/** Ten times a second: 1 MB/s. */
const flood: ToolCall = { name: 'flood_stderr', input: { bytes: 100_000 }, answer: 'flooded' }
const floodEveryMs = 100

const callers = 10

/**
 * Calls of some sessions while the child of another one does, and does not, write 1 MB/s to stderr. The child is the testkit's in
 * either case: the real one cannot be told to.
 */
export async function measureStderrFlood(bench: Bench): Promise<readonly Figures[]> {
  const childProgram = await createChildProgram({ kind: 'misbehaving', folder: bench.folder })
  const broker = await startBenchBroker(bench, { childProgram })
  try {
    const flooding = await open(broker.createSession())
    const sessions = await Promise.all(Array.from({ length: callers }, () => open(broker.createSession())))
    const act = async (client: number): Promise<void> => sessions[client]?.call(echo)
    await flooding.call(flood)
    await repeat({ clients: callers, times: bench.sizes.warmUpCalls, act })
    const rounds: Figures[] = []
    for (let round = 1; round <= bench.sizes.rounds; round++) {
      bench.progress(`stderr-flood: round ${round} of ${bench.sizes.rounds}`)
      const before = await repeat({ clients: callers, times: bench.sizes.callsBesideFlood, act })
      const stop = startFlood(flooding)
      const during = await repeat({ clients: callers, times: bench.sizes.callsBesideFlood, act })
      await stop()
      rounds.push({
        stderr_before: before.perSecond,
        stderr_during: during.perSecond,
        stderr_share: during.perSecond / before.perSecond,
      })
    }
    return rounds
  } finally {
    await broker.stop()
  }
}

/** Returns how to stop it; that rejects if a write was not answered. */
function startFlood(session: Session): () => Promise<void> {
  let last = Promise.resolve()
  const timer = setInterval(() => {
    last = last.then(() => session.call(flood))
  }, floodEveryMs)
  return async () => {
    clearInterval(timer)
    await last
  }
}
