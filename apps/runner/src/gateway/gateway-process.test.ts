import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { silentLog } from '@fjmcp-broker/shared/log'
import { expect, it } from 'vitest'
import { startGatewayProcess } from './gateway-process.ts'

it('gives up, as for a wrong configuration, where the system lets nobody run as its user', async () => {
  const logged: unknown[] = []
  const gateway = startGatewayProcess({
    command: [process.execPath, '--version'],
    environment: {},
    // No process can have this uid: Node throws where it is asked for.
    user: { uid: -1, gid: -1 },
    portDescriptors: [0],
    drainMs: 0,
    watch: { begin: () => () => undefined },
    clock: Date.now,
    log: { ...silentLog, error: (event, fields) => logged.push({ event, ...fields }) },
    onStart: () => undefined,
  })
  expect(await gateway.ended).toBe(exitCode.configuration)
  expect(logged).toEqual([{ event: 'gateway_refused', code: 'EINVAL', remedy: expect.stringContaining('the gateway’s 65532') }])
})
