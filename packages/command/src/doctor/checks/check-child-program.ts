import type { ProgramIdentity } from '@fjmcp-broker/runner/program/identify-program'
import { explainStartFailure } from '@fjmcp-broker/runner/supervision/explain'
import type { StartFailure } from '@fjmcp-broker/runner/supervision/event'
import type { Result } from '@fjmcp-broker/shared/result'
import type { BrokerStatus } from '../../ask-status.ts'
import { printable } from '../../printable.ts'
import { isAtLeast } from '../at-least.ts'
import { type Finding, type Outcome, reportOn } from '../finding.ts'
import type { Handling } from '../handling.ts'

/** Starts the child program once, to hear its version, and asks the running broker how its own starts went. */
export async function checkChildProgram({
  program,
  identify,
  status,
  handling,
}: {
  /** As the settings name it. */
  readonly program: string
  readonly identify: () => Promise<Result<ProgramIdentity, StartFailure>>
  readonly status: Promise<BrokerStatus | undefined>
  readonly handling: Handling
}): Promise<Outcome> {
  const report = reportOn('child-program')
  const [identity, running] = await Promise.all([identify(), status])
  if (!identity.ok)
    return { findings: [report.problem(`${program}: ${explainStartFailure(identity.error)}`, remedies[identity.error.reason])] }
  const child = running?.runner?.child
  if (child?.state === 'error') {
    return {
      findings: [
        report.problem(
          `the running broker could not start it: ${child.detail}`,
          `Look for child_start_failed in the log: ${handling.log}. The last words of the program stand there.`,
        ),
      ],
    }
  }
  return { findings: [judgeIdentity(identity.value, program)] }
}

const remedies: Readonly<Record<StartFailure['reason'], string>> = {
  not_found: 'Use the image, which has forgejo-mcp in it, or name the program in FJMCP_BROKER_FORGEJO_MCP, on the PATH or by its path.',
  not_executable: 'Make it executable for everybody (chmod 755), and see that it is made for this machine.',
  refused: 'Look at the limits of the container: --pids-limit, --memory.',
}

const lowest = [2, 32, 1]

function judgeIdentity({ name, version }: ProgramIdentity, program: string): Finding {
  const report = reportOn('child-program')
  if (name !== 'forgejo-mcp' || version === null) {
    return report.warning(
      `${program} does not say that it is forgejo-mcp`,
      'If that is not on purpose, mend FJMCP_BROKER_FORGEJO_MCP: the program prints "forgejo-mcp VERSION" when it is called with --version.',
    )
  }
  const numbers = /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number)
  if (numbers === undefined || isAtLeast(numbers, lowest)) return report.ok(`${name} ${printable(version)}`)
  return report.warning(
    `${name} ${printable(version)} is older than any that the broker was tried with`,
    `Use ${lowest.join('.')} or later: build the image with a newer FORGEJO_MCP_VERSION.`,
  )
}
