import { isLoopbackHost } from '@fjmcp-broker/gateway/domain/network/loopback-host'
import { type Finding, type Outcome, reportOn } from '../finding.ts'
import type { Answer, Ask, NoAnswer, Resolve } from '../network/ask.ts'
import { explainNoAnswer, remedyForTls } from '../network/explain-no-answer.ts'
import { isNoConnection } from '../network/is-no-connection.ts'
import { explainForeignAnswer } from '../proxy-fault.ts'
import { readHealth } from '../read-health.ts'

/**
 * Asks the broker by the URL that clients use, through whatever stands in front. Its ground is the answer, where
 * others of the same origin may be the broker's.
 *
 * @param brokerAnswersLocally Whether the broker is there behind the proxy.
 */
export async function checkPublicUrl({
  publicUrl,
  ask,
  resolve,
  brokerAnswersLocally,
}: {
  readonly publicUrl: string
  readonly ask: Ask
  readonly resolve: Resolve
  readonly brokerAnswersLocally: Promise<boolean>
}): Promise<Outcome<Answer>> {
  const [addresses, answer, isLocal] = await Promise.all([
    resolve(new URL(publicUrl).hostname),
    ask({ url: `${publicUrl}/healthz` }),
    brokerAnswersLocally,
  ])
  if (!answer.ok) return { findings: [judgeNoAnswer({ noAnswer: answer.error, publicUrl, addresses, isLocal })] }
  // Where one path is not found, or wants a sign-in, others may lead to the broker.
  const isDeadEnd = answer.value.status >= 300 && (answer.value.status < 400 || answer.value.status >= 500)
  return { findings: [judgeAnswer(answer.value, publicUrl)], ground: isDeadEnd ? undefined : answer.value }
}

function judgeNoAnswer({
  noAnswer,
  publicUrl,
  addresses,
  isLocal,
}: {
  readonly noAnswer: NoAnswer
  readonly publicUrl: string
  readonly addresses: readonly string[]
  readonly isLocal: boolean
}): Finding {
  const report = reportOn('public-url')
  const { hostname, port } = new URL(publicUrl)
  const why = explainNoAnswer({ noAnswer, origin: publicUrl, addresses })
  const tls = remedyForTls(noAnswer, hostname)
  if (tls !== undefined) return report.problem(why, tls)
  if (noAnswer.reason === 'unknown_name') {
    return report.problem(why, `Make a DNS record for ${hostname} that leads to the proxy, or mend FJMCP_BROKER_PUBLIC_URL.`)
  }
  if (noAnswer.reason === 'no_name_server')
    return report.problem(
      why,
      'Look at the name servers: in a container those of PodmanArgs=--dns=ADDRESS, else those in /etc/resolv.conf.',
    )
  if (isLocal && isNoConnection(noAnswer)) {
    return report.warning(
      `${why}; others may reach it all the same: a container, or a machine behind NAT, often cannot use its own public address`,
      `Run this on the host, or on another machine; it should print 200: ${probe(publicUrl)}`,
    )
  }
  if (!isNoConnection(noAnswer)) return report.problem(why, 'Look into the log of the proxy, and try what it sends to by hand.')
  const where = isLoopbackHost(hostname) ? 'the broker' : `the proxy, and that a firewall lets port ${port === '' ? '443' : port} through`
  return report.problem(why, `See that ${where} runs; then try it by hand: ${probe(publicUrl)}`)
}

function probe(publicUrl: string): string {
  return `curl -sS -o /dev/null -w '%{http_code}\\n' ${publicUrl}/healthz`
}

function judgeAnswer(answer: Answer, publicUrl: string): Finding {
  const report = reportOn('public-url')
  const health = readHealth(answer)
  switch (health.by) {
    case 'broker':
      return report.ok(`${publicUrl} leads to a broker${health.isHealthy ? '' : ' that is not healthy'}`)
    case 'older_broker':
      return report.problem(`an older broker answers at ${publicUrl}`, 'Stop the older one, or let the proxy send to the port of this one.')
    case 'somebody_else': {
      const { detail, remedy } = explainForeignAnswer({ answer, url: `${publicUrl}/healthz` })
      return report.problem(detail, remedy)
    }
  }
}
