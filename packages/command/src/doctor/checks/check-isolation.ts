import type { BrokerStatus } from '../../ask-status.ts'
import { type Outcome, reportOn } from '../finding.ts'

/**
 * Whether children are kept apart, as the running broker says.
 *
 * @param isWanted Whether the settings ask for it, as the image's do.
 */
export function checkIsolation({
  status,
  isContainer,
  isWanted,
}: {
  readonly status: BrokerStatus | undefined
  readonly isContainer: boolean
  readonly isWanted: boolean
}): Outcome {
  const report = reportOn('isolation')
  const isolation = status?.runner?.isolation
  if (isolation === undefined) {
    return {
      findings: [
        report.skipped(
          isWanted
            ? 'no running broker tells; started as root with the capabilities SETUID, SETGID and KILL it gives each child a uid of its own'
            : 'no running broker tells; FJMCP_BROKER_CHILD_UIDS is not set, so all would run under one uid',
        ),
      ],
    }
  }
  if (isolation !== 'none') return { findings: [report.ok('each child has a uid of its own')] }
  const detail = 'none: gateway and children share one uid, so that a child could read the client secret and the tokens'
  if (!isContainer && !isWanted) return { findings: [report.ok(`${detail}; the image keeps them apart`)] }
  return {
    findings: [
      report.warning(
        detail,
        'Run the container as the unit in deploy/podman does: no User=, DropCapability=all, AddCapability=setuid setgid kill, and FJMCP_BROKER_CHILD_UIDS as the image sets it.',
      ),
    ],
  }
}
