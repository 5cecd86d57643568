import { isLoopbackHost } from '@fjmcp-broker/gateway/domain/network/loopback-host'
import { type Finding, reportOn } from '../finding.ts'
import type { NoAnswer } from '../network/ask.ts'
import { explainNoAnswer, remedyForTls } from '../network/explain-no-answer.ts'
import { isNoConnection } from '../network/is-no-connection.ts'
import type { Surroundings } from '../surroundings.ts'

/** Says why Forgejo is not reached, above all where it runs on the same host but the container looks for it in itself. */
export function judgeUnreachedForgejo({
  noAnswer,
  forgejoUrl,
  addresses,
  surroundings,
}: {
  readonly noAnswer: NoAnswer
  readonly forgejoUrl: string
  readonly addresses: readonly string[]
  readonly surroundings: Surroundings
}): Finding {
  const report = reportOn('forgejo')
  const { hostname } = new URL(forgejoUrl)
  const why = `Forgejo is not reached: ${explainNoAnswer({ noAnswer, origin: forgejoUrl, addresses })}`
  const tls = remedyForTls(noAnswer, hostname)
  if (tls !== undefined) return report.problem(why, tls)
  if (surroundings.isContainer && isNoConnection(noAnswer)) {
    if (isLoopbackHost(hostname)) {
      return report.problem(
        `${why}; inside a container ${hostname} is the container itself`,
        'Set FORGEJO_URL to the ROOT_URL of Forgejo. If Forgejo runs on the same host, lead its name there in the unit: PodmanArgs=--add-host=git.example.org:host-gateway',
      )
    }
    if (addresses.some((address) => isLoopback(address) || surroundings.ownAddresses.includes(address))) {
      return report.problem(
        `${why}; the name leads to the container itself, while Forgejo, or the proxy in front of it, runs on the host`,
        `Lead the name to the host in the unit, then daemon-reload and restart: PodmanArgs=--add-host=${hostname}:host-gateway`,
      )
    }
  }
  return report.problem(why, remedyFor(noAnswer, hostname))
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}

function remedyFor({ reason }: NoAnswer, hostname: string): string {
  switch (reason) {
    case 'unknown_name':
      return `Mend FORGEJO_URL, or make the name known to the container: a DNS record, or PodmanArgs=--add-host=${hostname}:ADDRESS in the unit.`
    case 'no_name_server':
      return 'Look at the name servers that the container is given: PodmanArgs=--dns=ADDRESS in the unit, or /etc/resolv.conf on the host.'
    case 'refused':
    case 'unreachable':
    case 'connect_timeout':
      return 'Look whether Forgejo, or the proxy in front of it, runs at that address and port, and whether a firewall stands in between.'
    case 'silent':
    case 'broken':
    case 'certificate':
    case 'tls_refused':
    case 'not_tls':
    case 'not_http':
      return 'Look into the log of Forgejo and of the proxy in front of it, and try FORGEJO_URL with curl on the host.'
  }
}
