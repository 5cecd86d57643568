import type { Writable } from 'node:stream'
import type { ChildLine } from '@fjmcp-broker/shared/runner/child-line'
import type { ProcessGroupListener } from '../process/process-groups.ts'

/** Tells a gateway, by its standard input, which process groups it has to end when we are gone. */
export function createGatewayPipe(stdin: Writable): ProcessGroupListener {
  function write(line: ChildLine): void {
    stdin.write(`${JSON.stringify(line)}\n`)
  }
  return {
    started: ({ pid, startTime }) => write({ type: 'child_started', pid, startTime }),
    ended: (pid) => write({ type: 'child_ended', pid }),
  }
}
