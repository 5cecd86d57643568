import type { Figures } from '../figures.ts'
import { repeat } from '../load/repeat.ts'
import { open, type Session, userCall } from '../load/session.ts'
import type { Subject } from '../subjects/subject.ts'
import type { ComparedPart } from './compare.ts'

/** `initialize` alone, and new sessions until their first call is answered: in turn, and 50 at once. */
export const starts: ComparedPart = {
  name: 'starts',
  async begin({ sizes }, subject) {
    await openInTurn(subject, Math.min(10, sizes.newSessions))

    return {
      async measure(): Promise<Figures> {
        const initialized = await initializeInTurn(subject, sizes.initializes)
        const inTurn = await openInTurn(subject, sizes.newSessions)
        const atOnce = await openAtOnce(subject, 50)
        return {
          initialize_p50: initialized.p50Ms,
          initialize_p99: initialized.p99Ms,
          new_session_p50: inTurn.p50Ms,
          new_session_p50_50: atOnce.p50Ms,
        }
      },
      end: async () => undefined,
    }
  },
}

/** Very many new sessions at once, as after a restart of a service that has many users. */
export const burst: ComparedPart = {
  name: 'burst',
  begin: async ({ sizes }, subject) => ({
    async measure(): Promise<Figures> {
      const series = await openAtOnce(subject, sizes.burst)
      return { burst_p50: series.p50Ms, burst_all: series.elapsedMs }
    },
    end: async () => undefined,
  }),
}

async function initializeInTurn(subject: Subject, times: number) {
  const sessions: Session[] = []
  const initialize = async (): Promise<void> => {
    const session = subject.createSession()
    await session.initialize()
    sessions.push(session)
  }
  const series = await repeat({ clients: 1, times, act: initialize })
  await closeAll(sessions)
  return series
}

async function openInTurn(subject: Subject, times: number) {
  const sessions: Session[] = []
  const series = await repeat({ clients: 1, times, act: async () => void sessions.push(await openAndCall(subject)) })
  await closeAll(sessions)
  return series
}

async function openAtOnce(subject: Subject, count: number) {
  const sessions: Session[] = []
  const series = await repeat({ clients: count, times: count, act: async () => void sessions.push(await openAndCall(subject)) })
  await closeAll(sessions)
  return series
}

async function openAndCall(subject: Subject): Promise<Session> {
  const session = await open(subject.createSession())
  await session.call(userCall)
  return session
}

async function closeAll(sessions: readonly Session[]): Promise<void> {
  for (const session of sessions) await session.close()
}
