import type { Clock } from '@fjmcp-broker/shared/clock'
import { listenForStop, type StopRequest } from '@fjmcp-broker/shared/process/stop-request'

/** Runs what the first signal asks to stop in good order; a second one ends the process. */
export async function runStoppable<Value>(clock: Clock, run: (stop: StopRequest) => Promise<Value>): Promise<Value> {
  const stop = listenForStop({ source: process, signals: ['SIGTERM', 'SIGINT', 'SIGHUP'], clock })
  stop.asked.addEventListener('abort', stop.release)
  try {
    return await run(stop)
  } finally {
    stop.release()
  }
}
