import type { Writable } from 'node:stream'
import { createGatewayPipe, type GatewayPipe } from '../channel/gateway-pipe.ts'
import type { ProcessGroupChange } from '../process/process-groups.ts'

/** Tells each run of the gateway which process groups live, so that it can end them when the runner no longer can. */
export interface ParentPipes {
  /** From now on this run of the gateway is told; first what lives already. */
  open(stdin: Writable): void
  tell(change: ProcessGroupChange): void
}

export function createParentPipes(): ParentPipes {
  const live = new Map<number, ProcessGroupChange>()
  let pipe: GatewayPipe | undefined

  return {
    open(stdin) {
      pipe = createGatewayPipe(stdin)
      for (const group of live.values()) pipe.started(group)
    },
    tell(change) {
      if (change.state === 'started') {
        live.set(change.pid, change)
        pipe?.started(change)
      } else {
        live.delete(change.pid)
        pipe?.ended(change.pid)
      }
    },
  }
}
