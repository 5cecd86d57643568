import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { RunnerUnavailable } from '@fjmcp-broker/shared/runner/runner'
import type { GatewayDependencies } from '../../dependencies.ts'
import { describeFailure } from '../../describe-failure.ts'
import { sessionKey } from '../../memory/session-descriptions.ts'
import { againUntilDone } from '../again-until-done.ts'

export type LettingGo = Pick<GatewayDependencies, 'runner' | 'log' | 'waitUntil' | 'stopping'>

/** What the runner must not have any more. */
export interface Released {
  readonly sessionIds: readonly string[]
  /** A credential that has ended, by the generation that it had. */
  readonly credential?: { readonly userId: string; readonly generation: number } | undefined
}

/** Ten minutes: a gateway whose runner stays away longer has ended itself. */
const standardDelaysMs = [100, 500, 1_000, 2_000, 5_000, 10_000, ...Array.from({ length: 20 }, () => 30_000)]

/**
 * Has the runner end sessions with their children, and forget a credential. Where the runner is out of reach it is told again in the
 * background until it has heard: ending twice does no harm, while a child at work would act on with access that has ended. Never rejects.
 *
 * @param delaysMs The waits before it is tried again.
 * @returns Whether the runner has done it already.
 */
export async function letGoOfSessions(
  deps: LettingGo,
  released: Released,
  delaysMs: readonly number[] = standardDelaysMs,
): Promise<boolean> {
  const { runner, log, waitUntil, stopping } = deps
  const { credential, sessionIds } = released
  const left = new Set(sessionIds)
  let isCredentialLeft = credential !== undefined

  const first = await attempt()
  if (first.ok) return true
  log.warn('session_end_not_told', { sessions: [...left], reason: first.error.reason })
  if (first.error.mayPass) waitUntil(insist())
  return false

  /** The credential first: without it a child can do nothing more, however long it takes to end. */
  async function attempt(): Promise<Result<undefined, Failure>> {
    try {
      if (credential !== undefined && isCredentialLeft) await runner.setCredential({ ...credential, accessToken: null })
      isCredentialLeft = false
      const ends = await Promise.allSettled([...left].map((id) => runner.end(sessionKey({ id })).then(() => left.delete(id))))
      const failed = ends.find((end) => end.status === 'rejected')
      return failed === undefined ? ok(undefined) : err(explain(failed.reason))
    } catch (error) {
      return err(explain(error))
    }
  }

  async function insist(): Promise<void> {
    const told = await againUntilDone({ attempt, passes: ({ mayPass }) => mayPass, delaysMs, stopping })
    if (told.ok) log.info('session_end_told_late', { sessions: sessionIds })
    else log.error('session_end_given_up', { sessions: [...left], reason: told.error.reason })
  }
}

interface Failure {
  readonly reason: string
  readonly mayPass: boolean
}

function explain(error: unknown): Failure {
  return { reason: describeFailure(error).reason, mayPass: error instanceof RunnerUnavailable }
}
