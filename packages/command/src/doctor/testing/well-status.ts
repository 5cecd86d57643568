import { brokerVersion } from '@fjmcp-broker/shared/version'
import type { BrokerStatus } from '../../ask-status.ts'

type RunnerPart = NonNullable<BrokerStatus['runner']>

/** What a broker says of itself that is well, apart from these parts of its runner. */
export function wellStatus(runner: Partial<RunnerPart> = {}): BrokerStatus {
  return {
    version: brokerVersion,
    publicUrl: 'https://mcp.example.test',
    forgejoUrl: 'https://git.example.test',
    healthy: true,
    storeAnswers: true,
    forgejo: { state: 'reached' },
    runner: {
      startedAtMs: 0,
      isolation: 'uid',
      child: { state: 'ok', name: null, version: null },
      sessions: 0,
      children: 0,
      callsInFlight: 0,
      ...runner,
    },
  }
}
