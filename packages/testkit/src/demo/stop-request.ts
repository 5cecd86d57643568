import { constants } from 'node:os'
import { listenForStop, type StopRequest } from '@fjmcp-broker/shared/process/stop-request'

/** The exit code of a program that was interrupted, as shells have it. */
export const interruptedCode = 128 + constants.signals.SIGINT

export type DemoStop = Pick<StopRequest, 'asked' | 'insisted'>

/**
 * From now on signals and a closed output no longer end the process: they become a request. A further signal ends it as soon as those have
 * run who listen for that.
 */
export function listenForDemoStop(): DemoStop {
  const { asked, insisted } = listenForStop({ source: process, signals: ['SIGINT', 'SIGTERM', 'SIGHUP'], clock: Date.now })
  insisted.addEventListener('abort', () => queueMicrotask(() => process.exit(interruptedCode)))
  const closing = new AbortController()
  for (const output of [process.stdout, process.stderr]) output.on('error', () => closing.abort())
  return { asked: AbortSignal.any([asked, closing.signal]), insisted }
}
