import { brokerVersion } from '@fjmcp-broker/shared/version'
import type { BrokerStatus, NoStatus } from '../../ask-status.ts'
import type { Result } from '@fjmcp-broker/shared/result'
import { type Finding, type Outcome, reportOn } from '../finding.ts'
import type { Handling } from '../handling.ts'

/** Asks the running broker how it is. Its ground is what that said. */
export async function checkBroker({
  adminSocket,
  askStatus,
  publicUrl,
  forgejoUrl,
  isOwned,
  handling,
}: {
  readonly adminSocket: string
  readonly askStatus: (path: string) => Promise<Result<BrokerStatus, NoStatus>>
  /** As these settings have it; undefined where they have none of use. */
  readonly publicUrl: string | undefined
  readonly forgejoUrl: string | undefined
  /** Whether some broker holds the database. */
  readonly isOwned: () => Promise<boolean>
  readonly handling: Handling
}): Promise<Outcome<BrokerStatus>> {
  const status = await askStatus(adminSocket)
  if (!status.ok) return { findings: [judgeNoStatus({ noStatus: status.error, adminSocket, isOwned: await isOwned(), handling })] }
  return { findings: judgeStatus({ status: status.value, publicUrl, forgejoUrl, handling }), ground: status.value }
}

const inContainer = 'podman exec fjmcp-broker fjmcp-broker doctor'

function judgeNoStatus({
  noStatus: { kind, code },
  adminSocket,
  isOwned,
  handling,
}: {
  readonly noStatus: NoStatus
  readonly adminSocket: string
  readonly isOwned: boolean
  readonly handling: Handling
}): Finding {
  const report = reportOn('broker')
  if (kind === 'not_permitted') {
    return report.problem(
      `the socket ${adminSocket} may not be opened (${code})`,
      `Run this command as the user that runs the broker; in the container: ${inContainer}.`,
    )
  }
  // Two containers can have the volume in common, but not the folder of the sockets.
  const elsewhere = kind === 'no_socket' ? `If it runs in another container: ${inContainer}. ` : ''
  if (isOwned) {
    return report.problem(
      `a broker runs, for it holds the database, but does not answer at ${adminSocket} (${code})`,
      `${elsewhere}If it has just been started, wait; else restart it, with the same FJMCP_BROKER_ADMIN_SOCKET as here.`,
    )
  }
  if (kind !== 'no_socket' && kind !== 'nobody_listens') {
    return report.problem(
      `what listens at ${adminSocket} does not answer as the broker does (${code})`,
      'Restart the broker; see that no other program uses that path.',
    )
  }
  return report.warning(
    `no broker runs here (nobody listens at ${adminSocket})`,
    `${elsewhere}Start it: ${handling.start}. If it does not stay: ${handling.log} says why.`,
  )
}

function judgeStatus({
  status,
  publicUrl,
  forgejoUrl,
  handling,
}: {
  readonly status: BrokerStatus
  readonly publicUrl: string | undefined
  readonly forgejoUrl: string | undefined
  readonly handling: Handling
}): readonly Finding[] {
  const report = reportOn('broker')
  const wanting = [
    ...(status.storeAnswers
      ? []
      : [report.problem('the database does not answer', `The log says why (store_check_failed): ${handling.log}.`)]),
    ...(status.runner === undefined
      ? [report.problem('the runner does not answer', `The log says why (runner_check_failed); restart the broker: ${handling.restart}.`)]
      : []),
    ...differences({ status, publicUrl, forgejoUrl }).map((difference) =>
      report.warning(difference, `Restart the broker: ${handling.restart}.`),
    ),
  ]
  return wanting.length > 0 ? wanting : [report.ok(`version ${status.version} runs and is healthy`)]
}

function differences({
  status,
  publicUrl = status.publicUrl,
  forgejoUrl = status.forgejoUrl,
}: {
  readonly status: BrokerStatus
  readonly publicUrl: string | undefined
  readonly forgejoUrl: string | undefined
}): readonly string[] {
  const settings = [
    { name: 'FJMCP_BROKER_PUBLIC_URL', running: status.publicUrl, here: publicUrl },
    { name: 'FORGEJO_URL', running: status.forgejoUrl, here: forgejoUrl },
  ]
  return [
    ...(status.version === brokerVersion ? [] : [`the running broker is version ${status.version}, and this command ${brokerVersion}`]),
    ...settings
      .filter(({ running, here }) => running !== here)
      .map(({ name, running, here }) => `the running broker was started with ${name}=${running}, and here it is ${here}`),
  ]
}
