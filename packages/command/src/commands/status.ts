import { describeProblems } from '@fjmcp-broker/shared/describe-problems'
import { type Environment, parseEnvironment } from '@fjmcp-broker/shared/env'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { adminSocket } from '@fjmcp-broker/shared/settings'
import { z } from 'zod'
import { askStatus, type BrokerStatus } from '../ask-status.ts'

const settingsSchema = z.object({ FJMCP_BROKER_ADMIN_SOCKET: adminSocket })

/** Asks the running broker over its admin socket; returns the exit code: 0 healthy, 1 not healthy or not reached, 78 wrong settings. */
export async function status({
  environment,
  json,
  print,
  complain,
}: {
  readonly environment: Environment
  readonly json: boolean
  readonly print: (text: string) => void
  readonly complain: (text: string) => void
}): Promise<number> {
  const settings = parseEnvironment({ schema: settingsSchema, environment })
  if (!settings.ok) {
    complain(describeProblems(settings.error))
    return exitCode.configuration
  }
  const path = settings.value.FJMCP_BROKER_ADMIN_SOCKET
  const found = await askStatus(path)
  if (!found.ok) {
    complain(`The broker does not answer at ${path}. Is it running, and is FJMCP_BROKER_ADMIN_SOCKET the one it was started with?`)
    return 1
  }
  print(json ? JSON.stringify(found.value, null, 2) : describe(found.value))
  return found.value.healthy ? 0 : 1
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
    `  child       ${child.state === 'ok' ? [child.name ?? 'not started yet', child.version].filter(Boolean).join(' ') : `error: ${child.detail}`}`,
    `  isolation   ${runner.isolation}`,
    `  sessions    ${runner.sessions} known, ${runner.children} with a child, ${runner.callsInFlight} calls in flight`,
  ]
}
