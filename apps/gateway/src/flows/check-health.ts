import type { RunnerStatus } from '@fjmcp-broker/shared/runner/runner'
import type { GatewayDependencies } from '../dependencies.ts'
import { describeFailure } from '../describe-failure.ts'
import type { ForgejoContact, ForgejoReach } from '../memory/forgejo-contact.ts'

export interface Health {
  readonly storeAnswers: boolean
  /** Absent when the runner does not answer. */
  readonly runner?: RunnerStatus | undefined
  /** As last seen. */
  readonly forgejo: ForgejoReach
}

export type HealthDependencies = Pick<GatewayDependencies, 'store' | 'runner' | 'log'> & {
  readonly forgejoContact: Pick<ForgejoContact, 'lastSeen'>
}

/** Asks store and runner whether they answer; the reasons of a failure go to the log. */
export async function checkHealth({ store, runner, log, forgejoContact }: HealthDependencies): Promise<Health> {
  const [storeAnswers, runnerStatus] = await Promise.all([
    store.check().then(
      () => true,
      (error: unknown) => {
        log.error('store_check_failed', describeFailure(error))
        return false
      },
    ),
    runner.status().catch((error: unknown) => {
      log.error('runner_check_failed', describeFailure(error))
      return undefined
    }),
  ])
  return { storeAnswers, runner: runnerStatus, forgejo: forgejoContact.lastSeen() }
}

/** Whether the broker can do its work. A Forgejo or a child program that fails does not get better by a restart, so they do not count. */
export function isHealthy({ storeAnswers, runner }: Health): boolean {
  return storeAnswers && runner !== undefined
}
