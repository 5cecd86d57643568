import type { CertificateProblem, NoAnswer } from './ask.ts'

/**
 * Says in words why nobody answered.
 *
 * @param origin Where the question went.
 * @param addresses What the host's name stands for, as far as known.
 */
export function explainNoAnswer({
  noAnswer,
  origin,
  addresses,
}: {
  readonly noAnswer: NoAnswer
  readonly origin: string
  readonly addresses: readonly string[]
}): string {
  const { host, hostname } = new URL(origin)
  const where = addresses.length === 0 || addresses.includes(hostname) ? host : `${host} (${addresses.join(', ')})`
  switch (noAnswer.reason) {
    case 'unknown_name':
      return `the name ${hostname} is not known to the name servers`
    case 'no_name_server':
      return `the name ${hostname} cannot be looked up: no name server answers`
    case 'refused':
      return `${where} refuses the connection: nothing listens there`
    case 'unreachable':
      return `${where} cannot be reached (${noAnswer.code})`
    case 'connect_timeout':
      return `no connection to ${where} comes about within seconds, as behind a firewall`
    case 'silent':
      return `${where} does not answer within ${noAnswer.waitedMs / 1000} seconds`
    case 'certificate':
      return `the certificate of ${where} ${certificateWords[noAnswer.problem]} (${noAnswer.code})`
    case 'tls_refused':
      return `${where} ends the TLS handshake, as a proxy does that has no certificate for the name (${noAnswer.code})`
    case 'not_tls':
      return `${where} does not speak TLS there`
    case 'not_http':
      return `${where} does not speak HTTP there`
    case 'broken':
      return `${where} ends the connection without an answer (${noAnswer.code})`
  }
}

const certificateWords: Readonly<Record<CertificateProblem, string>> = {
  expired: 'has expired',
  not_yet_valid: 'is not valid yet',
  wrong_name: 'is made for another name',
  self_signed: 'is self-signed',
  unknown_issuer: 'comes from an authority that is not trusted here',
  other: 'is not accepted',
}

/** What to do about a certificate, or about TLS that does not come about; undefined for any other failure. */
export function remedyForTls(noAnswer: NoAnswer, hostname: string): string | undefined {
  if (noAnswer.reason === 'tls_refused') {
    return `Name ${hostname} in the proxy's configuration, and look into its log for why it got no certificate for it.`
  }
  if (noAnswer.reason === 'not_tls') return 'Look at the URL: is it the port of the proxy that serves https?'
  if (noAnswer.reason !== 'certificate') return undefined
  switch (noAnswer.problem) {
    case 'expired':
      return 'Renew the certificate; the proxy that renews it by itself says in its log why it could not.'
    case 'not_yet_valid':
      return 'Compare the clocks of both machines, then the dates of the certificate.'
    case 'wrong_name':
      return `Use a certificate that names ${hostname}, or the name that the certificate is made for in the URL.`
    case 'self_signed':
    case 'unknown_issuer':
    case 'other':
      return 'Use a certificate of a public authority, with the intermediate ones; or mount the authority of your own into the container and name its file in NODE_EXTRA_CA_CERTS.'
  }
}
