import type { BrokerProcess } from '../broker-process.ts'
import { findFreePort } from '../free-port.ts'
import { type DemoForgejo, startMakeBelieveForgejo } from './make-believe-forgejo.ts'
import type { DemoOptions } from './options.ts'
import { rejectsOnAbort } from './rejects-on-abort.ts'
import { isPortTaken, rejectsOnEnd, startBroker, withBrokerLog } from './start-broker.ts'
import type { DemoStop } from './stop-request.ts'

/** What the demo has running: the broker, which serves, and a Forgejo. */
export interface DemoParts {
  readonly publicUrl: string
  readonly forgejoUrl: string
  readonly broker: BrokerProcess
  close(): Promise<void>
}

interface PartsToStart {
  /** The real Forgejo; a make-believe one is started where absent. */
  readonly forgejo: DemoOptions['forgejo']
  readonly childPath: string
  readonly folder: string
  readonly searchPath: string
  readonly stop: DemoStop
}

/**
 * Starts everything and waits until the broker serves. Another program may take the port between the look for a free one and the
 * broker's start: then it starts once more, on another one. Throws with what the broker said when it does not come up; when it was
 * asked to stop, nothing is left running.
 */
export async function startParts(parts: PartsToStart): Promise<DemoParts> {
  return (await startOn(8080, parts)) ?? (await startOn(0, parts)) ?? Promise.reject(new Error('Other programs take every port first.'))
}

/** Undefined when another program has taken the port. */
async function startOn(preferredPort: number, { forgejo: real, stop, ...rest }: PartsToStart): Promise<DemoParts | undefined> {
  const publicUrl = `http://localhost:${await findFreePort(preferredPort)}`
  const forgejo: DemoForgejo =
    real === undefined ? await startMakeBelieveForgejo(`${publicUrl}/oauth/callback`) : { ...real, close: async () => {} }
  const broker = startBroker({ publicUrl, forgejo, ...rest })
  stop.insisted.addEventListener('abort', () => broker.kill())
  const close = async (): Promise<void> => {
    await broker.stop()
    await forgejo.close()
  }
  try {
    await Promise.race([broker.logged('gateway_listening'), rejectsOnEnd(broker), rejectsOnAbort(stop.asked)])
    return { publicUrl, forgejoUrl: forgejo.url, broker, close }
  } catch (error) {
    await close()
    if (!stop.asked.aborted && isPortTaken(broker)) return undefined
    throw withBrokerLog(error, broker)
  }
}
