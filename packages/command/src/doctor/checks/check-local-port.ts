import { type ListenAddress, reachableAddress } from '@fjmcp-broker/shared/listen-address'
import { type Finding, type Outcome, reportOn } from '../finding.ts'
import type { Handling } from '../handling.ts'
import type { Ask } from '../network/ask.ts'
import { explainNoAnswer } from '../network/explain-no-answer.ts'
import { readHealth } from '../read-health.ts'

/**
 * Asks the broker's own port, past every proxy. Its ground says that the broker answers there.
 *
 * @param isRunning Whether a broker told its status.
 */
export async function checkLocalPort({
  listen,
  ask,
  isRunning,
  handling,
}: {
  readonly listen: ListenAddress
  readonly ask: Ask
  readonly isRunning: Promise<boolean>
  readonly handling: Handling
}): Promise<Outcome<'broker_answers'>> {
  const report = reportOn('local-port')
  if (listen.port === 0) return only(report.skipped('FJMCP_BROKER_LISTEN leaves the port to the system'))
  const origin = localOrigin(listen)
  const answer = await ask({ url: `${origin}/healthz` })
  if (!answer.ok) {
    const why = explainNoAnswer({ noAnswer: answer.error, origin, addresses: [] })
    if (answer.error.reason === 'refused') {
      if (!(await isRunning)) return only(report.skipped('no broker runs'))
      return only(report.problem(`a broker runs, but ${why}`, 'It was started with another FJMCP_BROKER_LISTEN: restart it.'))
    }
    return only(report.problem(why, `Look into the log of the broker: ${handling.log}. Is it another program that listens there?`))
  }
  const health = readHealth(answer.value)
  switch (health.by) {
    case 'broker':
      if (health.isHealthy) return { findings: [report.ok(`${origin} answers and is healthy`)], ground: 'broker_answers' }
      return {
        findings: [report.problem(`${origin} answers that it is not healthy`, 'The check "broker" says what fails; the log says why.')],
        ground: 'broker_answers',
      }
    case 'older_broker':
      return only(report.problem(`an older broker answers at ${origin}`, 'Stop the older one, then start this one in its place.'))
    case 'somebody_else':
      return only(
        report.problem(
          `another program answers at ${origin} (status ${answer.value.status})`,
          'Stop that program, or give the broker another port in FJMCP_BROKER_LISTEN.',
        ),
      )
  }
}

function localOrigin(listen: ListenAddress): string {
  const { host, port } = reachableAddress(listen)
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function only(finding: Finding): Outcome<'broker_answers'> {
  return { findings: [finding] }
}
