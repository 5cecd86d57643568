import type { Log } from '@fjmcp-broker/shared/log'
import { settlesWithin } from '@fjmcp-broker/shared/settles-within'
import type { ClosableRunner } from './app.ts'
import type { GatewayProcess } from './gateway/gateway-process.ts'
import type { HeldPort } from './listener/hold-port.ts'

/**
 * Ends what the broker does, in good order: clients are turned away, calls under way are waited for, those that are left are answered with an
 * error while the gateway is still there to pass that on, then gateway and children end. Settles when nothing of them is left, with the number
 * of calls that were cut off. Children live on through all of it, so the port stays ours: it is to be closed when the last of them is gone.
 *
 * @param drainMs How long calls may go on.
 * @param hastened Aborted when nobody is willing to wait any more.
 */
export async function stopInOrder({
  port,
  gateway,
  runner,
  drainMs,
  hastened,
  log,
}: {
  readonly port: Pick<HeldPort, 'turnAway'>
  readonly gateway: Pick<GatewayProcess, 'stop'>
  readonly runner: Pick<ClosableRunner, 'callCount' | 'callsAnswered' | 'close'>
  readonly drainMs: number
  readonly hastened: AbortSignal
  readonly log: Log
}): Promise<number> {
  log.info('stopping', { seconds: drainMs / 1000, callsInFlight: runner.callCount() })
  port.turnAway()
  const gatewayGone = gateway.stop(hastened)
  // The gateway goes when it has no more to answer; a call whose client has gone before goes on without it.
  const finished = Promise.all([gatewayGone, runner.callsAnswered()])
  await settlesWithin(finished, { limitMs: drainMs, unlessAborted: hastened })
  const callsCutOff = runner.callCount()
  await Promise.all([gatewayGone, runner.close(hastened)])
  return callsCutOff
}
