import { randomBytes, randomInt } from 'node:crypto'
import { dirname, join } from 'node:path'
import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Environment } from '@fjmcp-broker/shared/env'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { gatewayUser } from '@fjmcp-broker/shared/gateway-user'
import { type ListenFailure, mayListenSoon } from '@fjmcp-broker/shared/listen-failure'
import type { Log } from '@fjmcp-broker/shared/log'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { maxFrameBytes } from '@fjmcp-broker/shared/runner/frames'
import { brokerVersion } from '@fjmcp-broker/shared/version'
import { createRunner } from './app.ts'
import { createChannelServer } from './channel/channel-server.ts'
import type { RunnerSettings } from './config.ts'
import { createCredentials } from './credentials.ts'
import { createGatewayPipe } from './gateway/gateway-pipe.ts'
import { startGatewayProcess } from './gateway/gateway-process.ts'
import { createGatewayWatch, type GatewayPatience } from './gateway/gateway-watch.ts'
import { createInjector } from './injector/injector.ts'
import { createCountedUpstream } from './injector/counted-upstream.ts'
import { createUndiciUpstream } from './injector/undici-upstream.ts'
import { type ChildUids, createChildUids } from './isolation/child-uids.ts'
import { decideIsolation, type Isolation } from './isolation/decide-isolation.ts'
import { readPrivileges } from './isolation/privileges.ts'
import { readSocketOwners } from './isolation/socket-owners.ts'
import { openSocketToGateway, prepareSocketFolder } from './isolation/socket-folder.ts'
import { createUidProcesses } from './isolation/uid-processes.ts'
import { holdPort } from './listener/hold-port.ts'
import { createRunnerMetrics } from './metrics/runner-metrics.ts'
import { createChildBounds } from './process/child-bounds.ts'
import { createChildProgram } from './process/child-program.ts'
import { runnersOwnUser } from './process/child-user.ts'
import { findNonblock } from './process/nonblock.ts'
import { createLiveRecord } from './process/live-record.ts'
import { createProcessGroups } from './process/process-groups.ts'
import { systemSchedule } from './schedule.ts'
import { stopInOrder } from './stop-in-order.ts'

/** Connections to the injector beyond one for each call: kept open between calls, or for a call that makes several requests at once. */
const spareConnectionsPerChild = 16

/** The runner at work, with the gateway that it keeps running. */
export interface RunningRunner {
  /** Settles with an exit code when the gateway is not to be started again. */
  readonly ended: Promise<number>
  /**
   * Ends the gateway and all children, after the calls under way as far as time permits; settles when nothing is left.
   *
   * @param hastened Aborted when nobody is willing to wait any more.
   */
  stop(hastened: AbortSignal): Promise<void>
}

export interface StartFailure {
  /** For the operator: what is wrong, and with which setting. */
  readonly message: string
  /** 1 where another try may work, 78 where the configuration has to be mended first. */
  readonly exitCode: number
}

/**
 * Puts the runner together and starts it, the ports and its socket first, then the gateway. The child program is not run before a gateway
 * has connected, which has listened on the ports by then; whether it works is not waited for. After a failure nothing is left running.
 *
 * @param environment Handed on to the gateway as it is; children get nothing of it. Its PATH is where the child program is looked up.
 * @param revision The commit that the program is made of, for the log, where that is known.
 * @param gatewayPatience How long a gateway may be silent; some minutes at its start, then half a minute, where nothing is said.
 * @param gatewayCommand The program that is the gateway, by its absolute path, and its arguments.
 */
export async function startRunner({
  settings,
  environment,
  gatewayCommand,
  gatewayPatience,
  revision,
  clock,
  log,
}: {
  readonly settings: RunnerSettings
  readonly environment: Environment
  readonly gatewayCommand: readonly [program: string, ...args: string[]]
  readonly gatewayPatience?: GatewayPatience | undefined
  readonly revision?: string | undefined
  readonly clock: Clock
  readonly log: Log
}): Promise<Result<RunningRunner, StartFailure>> {
  await using started = new AsyncDisposableStack()
  const decided = decideIsolation(settings.childUids, readPrivileges())
  if (!decided.ok) return refuse(decided.error)
  const isolation = decided.value
  if (isolation.kind === 'none' && isolation.warning !== undefined) log.warn('isolation_off', { reason: isolation.warning })
  const held = await holdPort(settings.listen)
  if (!held.ok) return refuseListening('FJMCP_BROKER_LISTEN', held.error)
  const port = held.value
  // What is put here first ends last: as long as there are children nobody else may have the port.
  started.defer(() => port.release())
  const heldForMetrics = settings.metricsListen === undefined ? undefined : await holdPort(settings.metricsListen)
  if (heldForMetrics?.ok === false) return refuseListening('FJMCP_BROKER_METRICS_LISTEN', heldForMetrics.error)
  const metricsPort = heldForMetrics?.value
  started.defer(() => metricsPort?.release())
  const socketFolder = dirname(settings.runnerSocket)
  const prepared = prepareSocketFolder(socketFolder, isolation)
  if (!prepared.ok) return refuseListening('FJMCP_BROKER_RUNNER_SOCKET', prepared.error)

  const metrics = createRunnerMetrics(settings)
  const { probe } = metrics
  const upstream = createCountedUpstream({ upstream: createUndiciUpstream({ forgejoUrl: settings.forgejoUrl }), probe, clock })
  started.defer(() => upstream.close())
  const credentials = createCredentials({ schedule: systemSchedule })
  const connectionsPerChild = settings.callsPerSession + spareConnectionsPerChild
  const injector = createInjector({
    forgejoUrl: settings.forgejoUrl,
    upstream,
    credentials,
    maxBodyBytes: settings.maxMessageBytes,
    maxConnections: settings.maxChildren * connectionsPerChild,
    perUid: isolation.kind === 'uid' ? { share: connectionsPerChild, readOwners: readSocketOwners } : undefined,
    userAgent: `forgejo-mcp-broker/${brokerVersion}`,
    clock,
    randomBytes,
    log,
  })
  started.defer(() => injector.close())
  const serving = await injector.listen()
  if (!serving.ok) return refuse(`the port on loopback that children use cannot be had: ${serving.error.code}`)

  const epoch = randomBytes(9).toBase64({ alphabet: 'base64url' })
  const groups = createProcessGroups({ record: createLiveRecord({ path: join(socketFolder, 'children.json'), log }), log })
  const users = createUsers(isolation, log)
  const bounds = createChildBounds({
    memoryBytes: settings.childMemoryBytes,
    stdoutBytesPerSecond: settings.childStdoutBytesPerSecond,
    stderrBytesPerSecond: settings.childStderrBytesPerSecond,
    clock,
    schedule: systemSchedule,
    log,
  })
  started.defer(() => users.emptied())
  const nonblock = findNonblock()
  const searchPath = environment['PATH'] ?? ''
  const program = createChildProgram({ program: settings.childProgram, searchPath, users, bounds, nonblock, log })
  const runner = createRunner({
    epoch,
    settings,
    isolation: isolation.kind,
    program,
    injector,
    credentials,
    groups,
    clock,
    random: Math.random,
    schedule: systemSchedule,
    probe,
    log,
  })
  started.defer(() => runner.close())
  const watch = createGatewayWatch({ ask: () => channel.askIfAlive(), schedule: systemSchedule, patience: gatewayPatience, log })
  const channel = createChannelServer({
    runner,
    epoch,
    socketPath: settings.runnerSocket,
    maxFrameBytes: maxFrameBytes(settings.maxMessageBytes),
    async readMetrics() {
      const [status, sessions] = await Promise.all([runner.status(), runner.sessions()])
      return metrics.text({ status, sessions, pool: runner.poolCounts(), childMemoryBytes: runner.childMemoryBytes() })
    },
    onConnected() {
      watch.heard()
      runner.lookAtProgram()
    },
    onAlive: () => watch.heard(),
    log,
  })
  started.defer(() => channel.close())
  const listening = await channel.listen()
  if (!listening.ok) return refuseListening('FJMCP_BROKER_RUNNER_SOCKET', listening.error)
  if (isolation.kind === 'uid') openSocketToGateway(settings.runnerSocket)
  log.info('runner_started', {
    version: brokerVersion,
    revision,
    isolation: isolation.kind,
    childProgram: settings.childProgram,
    childInput: nonblock === undefined ? 'blocking' : 'non-blocking',
  })

  const gateway = startGatewayProcess({
    command: gatewayCommand,
    environment,
    user: isolation.kind === 'uid' ? gatewayUser : undefined,
    portDescriptors: [port.descriptor, ...(metricsPort === undefined ? [] : [metricsPort.descriptor])],
    drainMs: settings.drainMs,
    watch,
    clock,
    log,
    onStart(stdin) {
      probe.gatewayStarted()
      groups.tell(createGatewayPipe(stdin))
    },
  })
  started.defer(() => gateway.stop())
  const running = started.move()
  return ok({
    ended: gateway.ended,
    async stop(hastened) {
      const callsCutOff = await stopInOrder({ port, gateway, runner, drainMs: settings.drainMs, hastened, log })
      await running.disposeAsync()
      log.info('stopped', { callsCutOff })
    },
  })
}

/** Whom the children run as. */
function createUsers(isolation: Isolation, log: Log): ChildUids {
  if (isolation.kind === 'none') return { ...runnersOwnUser, emptied: () => Promise.resolve() }
  const range = isolation.childUids
  return createChildUids({ range, processes: createUidProcesses(range), randomInt, schedule: systemSchedule, log })
}

function refuseListening(setting: string, failure: ListenFailure): Result<never, StartFailure> {
  return refuse(`${setting}: ${failure.detail}`, mayListenSoon(failure) ? 1 : exitCode.configuration)
}

function refuse(message: string, code: number = exitCode.configuration): Result<never, StartFailure> {
  return err({ message, exitCode: code })
}
