import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createGatewayPipe } from '@fjmcp-broker/runner/gateway/gateway-pipe'
import { readStartTime } from '@fjmcp-broker/shared/process/process-identity'

/**
 * A runner that starts a gateway and three children, each the leader of a group, tells the gateway of them, and of the third that
 * it ended, which is not true, and of the second a start time that is not its own. It is there to be killed; the test kills what is left.
 */
const socketPath = process.argv[2] ?? ''
const gateway = spawn(process.execPath, [join(import.meta.dirname, 'fixture-gateway.ts'), socketPath], {
  stdio: ['pipe', 'inherit', 'inherit'],
})
const pipe = createGatewayPipe(gateway.stdin)
const [told, mistaken, ended] = ['told', 'mistaken', 'ended'].map(startChild)

pipe.started({ pid: told ?? 0, startTime: readStartTime(told ?? 0) })
pipe.started({ pid: mistaken ?? 0, startTime: 'another' })
pipe.started({ pid: ended ?? 0, startTime: readStartTime(ended ?? 0) })
pipe.ended(ended ?? 0)

function startChild(name: string): number | undefined {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixture-child.ts'), socketPath, name], {
    detached: true,
    stdio: 'ignore',
  })
  return child.pid
}
