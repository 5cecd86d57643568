import { type Bench, startBenchBroker } from '../bench.ts'
import type { FigureId, Figures } from '../figures.ts'
import { repeat } from '../load/repeat.ts'
import { open, type Session, userCall } from '../load/session.ts'
import { pssMibOf } from '../processes/measure-processes.ts'
import { type Broker, createSharedConnections } from '../subjects/broker.ts'
import { untilChildren } from './until-children.ts'

const poolSize = 2
const liveSessions = 10
const timedCalls = 1_000
/** Until what the opening of the sessions left behind is collected. */
const settlingCalls = 3_000

const figureOfLevel: readonly FigureId[] = ['call_p50_at_10', 'call_p50_at_100', 'call_p50_at_1000', 'call_p50_at_10000']

/**
 * More and more sessions that do nothing: how long the calls of ten others take beside them, what memory they take when nobody calls,
 * and how fast some of them come to life.
 */
export async function measureHeldSessions(bench: Bench): Promise<readonly Figures[]> {
  const rounds: Figures[] = []
  for (let round = 1; round <= bench.sizes.rounds; round++) {
    bench.progress(`held-sessions: round ${round} of ${bench.sizes.rounds}`)
    rounds.push(await measureRound(bench))
  }
  return rounds
}

async function measureRound(bench: Bench): Promise<Figures> {
  const broker = await startBenchBroker(bench, {
    settings: { FJMCP_BROKER_POOL_SIZE: String(poolSize), FJMCP_BROKER_CHILD_IDLE_SECONDS: '2' },
  })
  try {
    const connectionOf = createSharedConnections(broker, openers)
    const live = await openSessions({ broker, count: liveSessions, connectionOf: () => undefined })
    await callInTurn(live, bench.sizes.warmUpCalls)
    const held = [...live]
    const beside: Partial<Record<FigureId, number>> = {}
    for (const [level, count] of bench.sizes.heldSessions.entries()) {
      held.push(...(await openSessions({ broker, count: count - held.length, connectionOf })))
      await callInTurn(live, Math.min(settlingCalls, bench.sizes.warmUpCalls))
      const figure = figureOfLevel[level]
      if (figure !== undefined) beside[figure] = (await callInTurn(live, timedCalls)).p50Ms
    }
    const children = await untilChildren(broker, poolSize)
    const pss = pssMibOf(broker.ownProcesses())
    const idle = held.slice(liveSessions)
    const step = Math.max(1, Math.floor(idle.length / bench.sizes.woken))
    const woken = await callInTurn(idle.filter((_, index) => index % step === 0).slice(0, bench.sizes.woken), bench.sizes.woken)
    const times = Object.values(beside)
    return {
      ...beside,
      flatness: Math.max(...times) / (beside.call_p50_at_10 ?? Number.NaN),
      idle_pss: pss,
      idle_children: Math.max(0, children - poolSize),
      wake_p50: woken.p50Ms,
      wake_p99: woken.p99Ms,
    }
  } finally {
    await broker.stop()
  }
}

/** How many sessions are opened at a time, each of these loops over a connection of its own. */
const openers = 8

async function openSessions({
  broker,
  count,
  connectionOf,
}: {
  readonly broker: Broker
  readonly count: number
  readonly connectionOf: (client: number) => Parameters<Broker['createSession']>[0]
}): Promise<readonly Session[]> {
  const sessions: Session[] = []
  const act = async (client: number): Promise<void> => void sessions.push(await open(broker.createSession(connectionOf(client))))
  await repeat({ clients: openers, times: count, act })
  return sessions
}

/** One call at a time, each by the next session. */
function callInTurn(sessions: readonly Session[], times: number) {
  let next = 0
  return repeat({ clients: 1, times, act: async () => sessions[next++ % sessions.length]?.call(userCall) })
}
