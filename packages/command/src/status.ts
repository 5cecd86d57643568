import { describeProblems } from '@fjmcp-broker/shared/describe-problems'
import { type Environment, parseEnvironment } from '@fjmcp-broker/shared/env'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { adminSocket } from '@fjmcp-broker/shared/settings'
import { Agent, request } from 'undici'
import { z } from 'zod'

const settingsSchema = z.object({ FJMCP_BROKER_ADMIN_SOCKET: adminSocket })

const statusSchema = z.object({
  version: z.string(),
  publicUrl: z.string(),
  forgejoUrl: z.string(),
  healthy: z.boolean(),
  storeAnswers: z.boolean(),
  forgejo: z.object({ state: z.enum(['unknown', 'reached', 'not_reached']), detail: z.string().optional() }),
  runner: z
    .object({
      startedAtMs: z.number(),
      isolation: z.string(),
      child: z.discriminatedUnion('state', [
        z.object({ state: z.literal('ok'), name: z.string().nullable(), version: z.string().nullable() }),
        z.object({ state: z.literal('error'), detail: z.string() }),
      ]),
      sessions: z.number(),
      children: z.number(),
      callsInFlight: z.number(),
    })
    .optional(),
})

type BrokerStatus = z.output<typeof statusSchema>

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
  if (found === undefined) {
    complain(`The broker does not answer at ${path}. Is it running, and is FJMCP_BROKER_ADMIN_SOCKET the one it was started with?`)
    return 1
  }
  print(json ? JSON.stringify(found, null, 2) : describe(found))
  return found.healthy ? 0 : 1
}

async function askStatus(path: string): Promise<BrokerStatus | undefined> {
  const agent = new Agent({ connect: { socketPath: path } })
  try {
    const response = await request('http://admin/status', { dispatcher: agent, headersTimeout: 10_000, bodyTimeout: 10_000 })
    return statusSchema.parse(await response.body.json())
  } catch {
    return undefined
  } finally {
    await agent.close()
  }
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
