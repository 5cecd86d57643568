import type { Figures } from '../figures.ts'
import { repeat } from '../load/repeat.ts'
import { open, userCall } from '../load/session.ts'
import { cpuSecondsOf } from '../processes/measure-processes.ts'
import type { ComparedPart } from './compare.ts'

/** Calls of one client, and of 50 clients at once, each with a session and a connection of its own. */
export const calls: ComparedPart = {
  name: 'calls',
  async begin({ sizes }, subject) {
    const sessions = await Promise.all(Array.from({ length: 50 }, () => open(subject.createSession())))
    const act = async (client: number): Promise<void> => sessions[client]?.call(userCall)
    await repeat({ clients: 50, times: sizes.warmUpCalls, act })

    return {
      async measure(): Promise<Figures> {
        const one = await measureSeries({ clients: 1, times: sizes.callsOfOne })
        const fifty = await measureSeries({ clients: 50, times: sizes.callsOfFifty })
        return {
          calls_per_second_1: one.perSecond,
          call_p50_1: one.p50Ms,
          call_p99_1: one.p99Ms,
          cpu_per_1000_1: one.cpuPer1000,
          calls_per_second_50: fifty.perSecond,
          call_p50_50: fifty.p50Ms,
          call_p99_50: fifty.p99Ms,
          cpu_per_1000_50: fifty.cpuPer1000,
        }
      },
      end: async () => void (await Promise.all(sessions.map((session) => session.close()))),
    }

    async function measureSeries({ clients, times }: { readonly clients: number; readonly times: number }) {
      const cpuBefore = cpuSecondsOf(subject.roots())
      const series = await repeat({ clients, times, act })
      return { ...series, cpuPer1000: ((cpuSecondsOf(subject.roots()) - cpuBefore) / times) * 1000 }
    }
  },
}
