import type { RunnerStatus } from '@fjmcp-broker/shared/runner/runner'
import type { GatewayDependencies } from '../dependencies.ts'

export interface Health {
  readonly healthy: boolean
  /** `ok`, or `error:` and what is wrong. */
  readonly store: string
  /** Absent when the runner does not answer. */
  readonly runner?: RunnerStatus | undefined
}

/** Asks store and runner whether they answer; the reasons of a failure go to the log. */
export async function checkHealth({ store, runner, log }: Pick<GatewayDependencies, 'store' | 'runner' | 'log'>): Promise<Health> {
  const [storeFailure, runnerStatus] = await Promise.all([
    store.check().then(
      () => undefined,
      (error: unknown) => String(error),
    ),
    runner.status().catch((error: unknown) => {
      log.error('runner_check_failed', { reason: String(error) })
      return undefined
    }),
  ])
  if (storeFailure !== undefined) log.error('store_check_failed', { reason: storeFailure })
  return {
    healthy: storeFailure === undefined && runnerStatus !== undefined,
    store: storeFailure === undefined ? 'ok' : 'error: the database does not answer; the log says why',
    runner: runnerStatus,
  }
}
