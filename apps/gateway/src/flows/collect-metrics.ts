import type { GatewayDependencies } from '../dependencies.ts'
import { describeFailure } from '../describe-failure.ts'
import type { SessionStore } from '../store/session-store.ts'

export interface MetricsDependencies extends Pick<GatewayDependencies, 'log'> {
  readonly store: { readonly sessions: Pick<SessionStore, 'count'> }
  readonly metrics: {
    /** The gateway's own, with what was looked up for them. */
    text(now: { readonly sessions: number | undefined; readonly isRunnerUp: boolean }): Promise<string>
  }
  /** The runner's as it words them; undefined where it does not answer, whose reason is logged. */
  readonly readRunnerMetrics: () => Promise<string | undefined>
}

/** The metrics of both processes as one text. What cannot be had is left out. */
export async function collectMetrics({ store, metrics, readRunnerMetrics, log }: MetricsDependencies): Promise<string> {
  const [sessions, ofRunner] = await Promise.all([
    store.sessions.count().catch((error: unknown) => {
      log.warn('metrics_incomplete', { part: 'sessions', ...describeFailure(error) })
      return undefined
    }),
    readRunnerMetrics(),
  ])
  const own = await metrics.text({ sessions, isRunnerUp: ofRunner !== undefined })
  return own + (ofRunner ?? '')
}
