import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { describeProblems } from '@fjmcp-broker/shared/describe-problems'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { createNewId } from '@fjmcp-broker/shared/id'
import { listOwnAddresses } from '@fjmcp-broker/shared/list-own-addresses'
import { type ListenFailure, mayListenSoon } from '@fjmcp-broker/shared/listen-failure'
import type { Log } from '@fjmcp-broker/shared/log'
import { createPinoLog } from '@fjmcp-broker/shared/pino-log'
import { listenForStop, untilAborted } from '@fjmcp-broker/shared/process/stop-request'
import { ok, type Result } from '@fjmcp-broker/shared/result'
import { metricsPortDescriptor, publicPortDescriptor } from '@fjmcp-broker/shared/inherited-ports'
import { readSecretFile } from '@fjmcp-broker/shared/read-secret-file'
import { maxFrameBytes } from '@fjmcp-broker/shared/runner/frames'
import { brokerVersion } from '@fjmcp-broker/shared/version'
import { createAdmin } from './admin/admin.ts'
import { createGateway } from './app.ts'
import { type GatewaySettings, parseGatewaySettings } from './config.ts'
import type { GatewayDependencies } from './dependencies.ts'
import { describeFailure } from './describe-failure.ts'
import { createSecrets } from './domain/oauth/secrets.ts'
import { renewForgejoVersion } from './flows/forgejo/learn-version.ts'
import { endIdleSessions } from './flows/mcp/end-idle-sessions.ts'
import { takeUpKeys } from './flows/keys/take-up-keys.ts'
import { createGatewayMemory, type GatewayMemory } from './memory/gateway-memory.ts'
import { createGatewayMetrics, type GatewayMetrics } from './metrics/gateway-metrics.ts'
import { createPendingWork } from './pending-work.ts'
import { watchParent } from './runner/parent-pipe.ts'
import { createMetricsEndpoint } from './routes/metrics.ts'
import { createRunnerMetricsReader } from './runner/read-runner-metrics.ts'
import { createRunnerClient } from './runner/runner-client.ts'
import { type HttpServer, serveSocket, serveTcp } from './serve.ts'
import { stopInOrder } from './stop-in-order.ts'
import { createBrokerIdentity } from './store/libsql/broker-identity.ts'
import { openStore } from './store/libsql/open-store.ts'
import { refusalMayPass } from './store/libsql/refusal.ts'
import { createForgejo } from './upstream/arctic-forgejo.ts'
import { createHttpsDocuments } from './upstream/client-documents/https-documents.ts'
import { isPublicElsewhere } from './domain/network/public-address.ts'
import { createResolveHost } from './upstream/client-documents/resolve-host.ts'

const handedOver = 'whose port the runner hands over'
const purgeIntervalMs = 60_000
/** One Prometheus, perhaps two, and who looks by hand. */
const mostScrapers = 32
/** Anybody can cause some of what the audit log holds: no more of that than some ten megabytes. */
const mostAnonymousEvents = 50_000

// Only the runner asks us to stop, by SIGTERM. A terminal's Ctrl-C reaches us too: it is for the runner to act on.
const stop = listenForStop({ source: process, signals: ['SIGTERM'], clock: Date.now })
process.on('SIGINT', () => {})

const settings = parseGatewaySettings(process.env, readSecretFile)
process.exit(settings.ok ? await run(settings.value) : refuse(describeProblems(settings.error)))

/** Puts the gateway together and serves it until the runner asks it to stop, or is gone; returns the exit code. */
async function run(settings: GatewaySettings): Promise<number> {
  await using opened = new AsyncDisposableStack()
  const log = createPinoLog({ process: 'gateway', level: settings.logLevel, format: settings.logFormat })
  const clock = Date.now
  const newId = createNewId(clock)
  const stored = await openStore({
    databaseUrl: settings.databaseUrl,
    ...(await createBrokerIdentity(settings)),
    newId,
    log,
  })
  if (!stored.ok) return refuse(stored.error.message, refusalMayPass(stored.error))
  const store = stored.value
  opened.defer(() => store.close())
  const runner = createRunnerClient({ socketPath: settings.runnerSocket, maxFrameBytes: maxFrameBytes(settings.maxMessageBytes), log })
  const forgejo = createForgejo({
    forgejoUrl: settings.forgejoUrl,
    clientId: settings.forgejoClientId,
    clientSecret: settings.forgejoClientSecret,
    redirectUri: `${settings.publicUrl}/oauth/callback`,
    scopes: settings.forgejoScopes,
    clock,
  })
  const fetchClientDocument = createHttpsDocuments({
    resolveHost: createResolveHost(),
    // Asked each time: this machine may get another address while we run.
    isAllowed: (address) => isPublicElsewhere(address, listOwnAddresses()),
    userAgent: `forgejo-mcp-broker/${brokerVersion}`,
    clock,
  })
  const secrets = createSecrets({ randomBytes, sha256: (text) => hash('sha256', text, 'buffer') })
  const pending = createPendingWork()
  const { waitUntil } = pending
  const stopping = new AbortController()
  const metrics = createGatewayMetrics({ version: brokerVersion })
  const deps: GatewayDependencies = {
    settings,
    store,
    runner,
    forgejo,
    fetchClientDocument,
    clock,
    newId,
    secrets,
    log,
    probe: metrics.probe,
    waitUntil,
    stopping: stopping.signal,
    ownAddresses: listOwnAddresses(),
  }

  const measured = await serveMetrics({ settings, store, log, metrics })
  if (!measured.ok) return refuse(`FJMCP_BROKER_METRICS_LISTEN, ${handedOver}: ${measured.error.detail}`, mayListenSoon(measured.error))
  opened.defer(() => measured.value?.close())
  const memory = createGatewayMemory(deps)
  const admin = await serveSocket(createAdmin(deps, memory), settings.adminSocket)
  if (!admin.ok) return refuse(`FJMCP_BROKER_ADMIN_SOCKET: ${admin.error.detail}`, mayListenSoon(admin.error))
  opened.defer(() => admin.value.close())
  opened.defer(() => runner.close())
  // The runner takes our connection for a word that both ports are listened on. A gateway connects as soon as it is made, so it listens in
  // the same turn; no request of the admin socket is read before, which would connect too.
  const server = await serveTcp(createGateway(deps, memory), { fd: publicPortDescriptor })
  if (!server.ok) return refuse(`FJMCP_BROKER_LISTEN, ${handedOver}: ${server.error.detail}`, mayListenSoon(server.error))
  log.info('gateway_listening', {
    pid: process.pid,
    version: brokerVersion,
    ...server.value.address,
    publicUrl: settings.publicUrl,
  })
  waitUntil(renewForgejoVersion({ ...deps, forgejo: memory.forgejoContact }))
  waitUntil(takeUpKeys({ ...deps, record: memory.auditTrail.record }))
  const purging = setInterval(() => waitUntil(purge(deps, memory)), purgeIntervalMs)

  const orphaned = watchRunner(log)
  await untilAborted(AbortSignal.any([stop.asked, orphaned]))
  clearInterval(purging)
  stopping.abort()
  const hastened = AbortSignal.any([stop.insisted, orphaned])
  await stopInOrder({ servers: [server.value, admin.value], pending, drainMs: settings.drainMs, hastened, log })
  await opened.disposeAsync()
  log.info('gateway_stopped')
  return 0
}

/** Nothing where the operator wants no metrics. */
async function serveMetrics({
  settings: { metricsListen, metricsToken, runnerSocket },
  store,
  log,
  metrics,
}: Pick<GatewayDependencies, 'settings' | 'store' | 'log'> & { readonly metrics: GatewayMetrics }): Promise<
  Result<HttpServer | undefined, ListenFailure>
> {
  if (metricsListen === undefined || metricsToken === undefined) return ok(undefined)
  const expected = hash('sha256', metricsToken, 'buffer')
  const endpoint = createMetricsEndpoint({
    isToken: (presented) => timingSafeEqual(hash('sha256', presented, 'buffer'), expected),
    store,
    metrics,
    readRunnerMetrics: createRunnerMetricsReader({ socketPath: runnerSocket, log }),
    log,
  })
  return serveTcp(endpoint, { fd: metricsPortDescriptor }, { maxConnections: mostScrapers, requestMs: 10_000 })
}

/** Is aborted when the runner is gone, whatever ended it; its children that are left have been ended by then. */
function watchRunner(log: Log): AbortSignal {
  const orphaned = new AbortController()
  watchParent({ stdin: process.stdin, log, onParentGone: () => orphaned.abort() })
  return orphaned.signal
}

async function purge(deps: GatewayDependencies, memory: GatewayMemory): Promise<void> {
  const { settings, store, clock, log } = deps
  try {
    const nowMs = clock()
    const rows = await store.purge(nowMs)
    const events = await store.auditEvents.purge({ beforeMs: nowMs - settings.auditRetentionMs, mostAnonymous: mostAnonymousEvents })
    const sessions = await endIdleSessions({ ...deps, ...memory }, settings.sessionIdleMs)
    log.debug('expired_rows_purged', { rows: rows + events + sessions })
  } catch (error) {
    log.error('purge_failed', describeFailure(error))
  }
}

/**
 * Says why nothing is served; returns the exit code.
 *
 * @param isPassing Whether it may be over soon, as where an earlier gateway is still ending: then another start is worth trying.
 */
function refuse(message: string, isPassing = false): number {
  console.error(message)
  return isPassing ? 1 : exitCode.configuration
}
