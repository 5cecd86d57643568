import type { Writable } from 'node:stream'
import type { ProcessIdentity } from '@fjmcp-broker/shared/process/process-identity'
import type { ChildLine } from '@fjmcp-broker/shared/runner/child-line'

/** Tells the gateway, by its standard input, which process groups it has to end when we are gone. */
export interface GatewayPipe {
  started(leader: ProcessIdentity): void
  ended(pid: number): void
}

export function createGatewayPipe(writable: Writable): GatewayPipe {
  function write(line: ChildLine): void {
    writable.write(`${JSON.stringify(line)}\n`)
  }
  return {
    started: ({ pid, startTime }) => write({ type: 'child_started', pid, startTime }),
    ended: (pid) => write({ type: 'child_ended', pid }),
  }
}
