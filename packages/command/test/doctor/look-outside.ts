import { parseGatewaySettings } from '@fjmcp-broker/gateway/config'
import { parseRunnerSettings } from '@fjmcp-broker/runner/config'
import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { routeByOrigin } from '@fjmcp-broker/testkit/route-by-origin'
import type { CheckName, Finding } from '../../src/doctor/finding.ts'
import { checkOutside } from '../../src/doctor/groups/check-outside.ts'
import { askThrough } from './ask-through.ts'
import { createBroker } from './gateway-in-memory.ts'

export const publicUrl = 'https://mcp.example.test'
const localUrl = 'http://127.0.0.1:8080'

/** What is found out about a broker, its port and the proxy in front of it. */
export async function lookOutside({
  local,
  proxy = (broker) => broker,
  isRunning = true,
  wrong = [],
}: {
  readonly local?: Fetch
  readonly proxy?: (broker: Fetch) => Fetch
  readonly isRunning?: boolean
  readonly wrong?: readonly string[]
} = {}): Promise<readonly Finding[]> {
  const broker = await createBroker(publicUrl)
  const network = routeByOrigin({ [localUrl]: local ?? broker.fetch, [publicUrl]: proxy(broker.fetch) })
  const environment = {
    FJMCP_BROKER_PUBLIC_URL: publicUrl,
    FJMCP_BROKER_LISTEN: '0.0.0.0:8080',
    FORGEJO_URL: 'https://git.example.test',
    FORGEJO_OAUTH_CLIENT_ID: 'broker',
    FORGEJO_OAUTH_CLIENT_SECRET: 'broker-secret',
  }
  const gateway = parseGatewaySettings(environment, () => {
    throw new Error('no file is named')
  })
  const runner = parseRunnerSettings(environment)
  if (!gateway.ok || !runner.ok) throw new Error('the settings of this test are wrong')
  const { findings } = await checkOutside(
    { gateway: gateway.value, runner: runner.value, wrong: new Set(wrong) },
    {
      ask: askThrough(network),
      resolve: async () => ['198.51.100.7'],
      surroundings: { isContainer: true, ownAddresses: [] },
      isRunning: Promise.resolve(isRunning),
    },
  )
  return findings
}

/** Those of one check. */
export function of(findings: readonly Finding[], check: CheckName): readonly Finding[] {
  return findings.filter((finding) => finding.check === check)
}
