import type { Log } from '@fjmcp-broker/shared/log'
import { settlesWithin } from '@fjmcp-broker/shared/settles-within'
import type { PendingWork } from './pending-work.ts'
import type { HttpServer } from './serve.ts'

/** When the time to drain is over the runner answers the calls that are left: how long those answers may take to reach the clients. */
const lastAnswersMs = 2_000
/** How long answers may take to reach the clients once somebody has insisted. */
const hastenedMs = 500
/** How long work without a request may go on after that, such as a refresh, which may not be asked for twice. The runner waits for us. */
const workGraceMs = 3_000

/**
 * Ends what the servers do, in good order: they take no more connections, answers under way are waited for, then work without a request.
 * What is still under way after that is broken off, and the log says so.
 *
 * @param drainMs How long calls may go on.
 * @param hastened Aborted when nobody is willing to wait any more.
 */
export async function stopInOrder({
  servers,
  pending,
  drainMs,
  hastened,
  log,
}: {
  readonly servers: readonly Pick<HttpServer, 'close' | 'breakOff'>[]
  readonly pending: Pick<PendingWork, 'ended'>
  readonly drainMs: number
  readonly hastened: AbortSignal
  readonly log: Log
}): Promise<void> {
  const closed = Promise.all(servers.map((server) => server.close()))
  const inTime = await settlesWithin(closed, { limitMs: drainMs + lastAnswersMs, unlessAborted: hastened })
  if (!inTime && !(hastened.aborted && (await settlesWithin(closed, { limitMs: hastenedMs })))) {
    for (const server of servers) server.breakOff()
    log.warn('answers_broken_off')
  }
  await closed
  const abandoned = await pending.ended(workGraceMs)
  if (abandoned > 0) log.warn('work_abandoned', { count: abandoned })
}
