import type { Environment } from '@fjmcp-broker/shared/env'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { askStatus, type BrokerStatus } from '../ask-status.ts'
import { fail, type Reply, toJson } from '../reply.ts'
import { locateAdminSocket } from './locate-admin-socket.ts'

/** Asks the running broker over its admin socket; returns the exit code: 0 healthy, 1 not healthy or not reached, 78 wrong settings. */
export async function status({ environment, ...reply }: Reply & { readonly environment: Environment }): Promise<number> {
  const socketPath = locateAdminSocket(environment)
  if (!socketPath.ok) return fail(reply, socketPath.error, exitCode.configuration)
  const found = await askStatus(socketPath.value)
  if (!found.ok) return fail(reply, found.error)
  const code = found.value.healthy ? 0 : 1
  reply.print(reply.json ? toJson(code, found.value) : describe(found.value))
  return code
}

function describe({ version, publicUrl, forgejoUrl, healthy, storeAnswers, forgejo, runner }: BrokerStatus): string {
  return [
    `fjmcp-broker ${version}: ${healthy ? 'healthy' : 'NOT healthy'}`,
    `  public URL  ${publicUrl}`,
    `  Forgejo     ${forgejoUrl} (${forgejo.detail ?? forgejoWords[forgejo.state]})`,
    `  store       ${storeAnswers ? 'ok' : 'error: does not answer; the log says why'}`,
    ...describeRunner(runner),
  ].join('\n')
}

const forgejoWords = { unknown: 'not asked yet', reached: 'reached', not_reached: 'not reached' } as const

function describeRunner(runner: BrokerStatus['runner']): readonly string[] {
  if (runner === undefined) return ['  runner      error: does not answer']
  const { child } = runner
  return [
    `  runner      ok, up since ${new Date(runner.startedAtMs).toISOString()}`,
    `  child       ${describeChild(child)}`,
    `  isolation   ${runner.isolation}`,
    `  children    ${runner.children}, including those that no session has yet`,
    `  sessions    ${runner.sessions} known to the runner, ${runner.callsInFlight} calls in flight`,
  ]
}

function describeChild(child: NonNullable<BrokerStatus['runner']>['child']): string {
  if (child.state === 'error') return `error: ${child.detail}`
  if (child.state === 'unknown') return 'not started yet'
  return child.name === null ? 'ok' : [child.name, child.version].filter(Boolean).join(' ')
}
