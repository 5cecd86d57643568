import type { Log } from '@fjmcp-broker/shared/log'
import type { Schedule } from '../schedule.ts'

/** How long a gateway may be silent. It is counted in turns of our own timer: none goes by while we, or the machine, are suspended. */
export interface GatewayPatience {
  readonly turnMs: number
  /** Until it connects for the first time: it migrates the database before. */
  readonly turnsToConnect: number
  /** From then on. */
  readonly turnsToAnswer: number
}

/** Five minutes for a start, which a migration of a large database does not need; then half a minute. */
const ordinaryPatience: GatewayPatience = { turnMs: 5_000, turnsToConnect: 60, turnsToAnswer: 6 }

/** Kills a gateway that lives but does nothing, one that is stopped or in an endless loop, so that another is started. */
export interface GatewayWatch {
  /** Watches a run that begins, until the function it returns is called. */
  begin(kill: () => void): () => void
  /** The gateway has connected, or answered. */
  heard(): void
}

/** @param ask Asks the gateway, where it is connected, for an answer that only its event loop can give. */
export function createGatewayWatch({
  ask,
  schedule,
  patience = ordinaryPatience,
  log,
}: {
  readonly ask: () => void
  readonly schedule: Schedule
  readonly patience?: GatewayPatience | undefined
  readonly log: Log
}): GatewayWatch {
  let isConnected = false
  let silentTurns = 0

  return {
    begin(kill) {
      isConnected = false
      silentTurns = 0
      let callOff = schedule(patience.turnMs, turn)
      return () => callOff()

      function turn(): void {
        silentTurns += 1
        if (silentTurns >= (isConnected ? patience.turnsToAnswer : patience.turnsToConnect)) {
          log.error('gateway_hung', { silentForMs: silentTurns * patience.turnMs, hadConnected: isConnected })
          kill()
          return
        }
        ask()
        callOff = schedule(patience.turnMs, turn)
      }
    },
    heard() {
      isConnected = true
      silentTurns = 0
    },
  }
}
