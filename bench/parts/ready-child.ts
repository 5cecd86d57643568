import { setTimeout as wait } from 'node:timers/promises'
import { type Bench, startBenchBroker } from '../bench.ts'
import type { Figures } from '../figures.ts'
import { repeat } from '../load/repeat.ts'
import { open, type Session, userCall } from '../load/session.ts'
import { quantile } from '../statistics.ts'
import type { Broker } from '../subjects/broker.ts'
import { untilChildren } from './until-children.ts'

/** Longer than a child takes to get ready: what is measured then is a call that finds one. */
const refillMs = 150

/** The first call of a new session when a child is ready for it. */
export async function measureReadyChild(bench: Bench): Promise<readonly Figures[]> {
  const broker = await startBenchBroker(bench)
  try {
    await warmUp(bench, broker)
    const rounds: Figures[] = []
    for (let round = 1; round <= bench.sizes.rounds; round++) {
      bench.progress(`ready-child: round ${round} of ${bench.sizes.rounds}`)
      const durationsMs: number[] = []
      for (let index = 0; index < bench.sizes.newSessions; index++) {
        const session = await open(broker.createSession())
        await wait(refillMs)
        durationsMs.push(await timeCall(session))
        await session.close()
      }
      rounds.push({ first_call_ready_p50: quantile(durationsMs, 0.5) })
    }
    return rounds
  } finally {
    await broker.stop()
  }
}

/** The call of a session whose child was ended because it was idle, where none is kept ready. */
export async function measureColdWake(bench: Bench): Promise<readonly Figures[]> {
  const broker = await startBenchBroker(bench, { settings: { FJMCP_BROKER_POOL_SIZE: '0', FJMCP_BROKER_CHILD_IDLE_SECONDS: '1' } })
  try {
    await warmUp(bench, broker)
    const sessions = await Promise.all(Array.from({ length: bench.sizes.coldWakes }, () => open(broker.createSession())))
    await Promise.all(sessions.map((session) => session.call(userCall)))
    const rounds: Figures[] = []
    for (let round = 1; round <= bench.sizes.rounds; round++) {
      bench.progress(`cold-wake: round ${round} of ${bench.sizes.rounds}`)
      await untilChildren(broker, 0)
      const durationsMs: number[] = []
      for (const session of sessions) durationsMs.push(await timeCall(session))
      rounds.push({ wake_cold_p50: quantile(durationsMs, 0.5), wake_cold_p99: quantile(durationsMs, 0.99) })
    }
    return rounds
  } finally {
    await broker.stop()
  }
}

async function warmUp({ sizes }: Bench, broker: Broker): Promise<void> {
  const session = await open(broker.createSession())
  await repeat({ clients: 1, times: sizes.warmUpCalls, act: () => session.call(userCall) })
  await session.close()
}

async function timeCall(session: Session): Promise<number> {
  const startedMs = performance.now()
  await session.call(userCall)
  return performance.now() - startedMs
}
