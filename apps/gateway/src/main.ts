import { hash, randomBytes } from 'node:crypto'
import { describeError } from '@fjmcp-broker/shared/describe-error'
import { describeProblems } from '@fjmcp-broker/shared/describe-problems'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { createNewId } from '@fjmcp-broker/shared/id'
import type { Log } from '@fjmcp-broker/shared/log'
import { createPinoLog } from '@fjmcp-broker/shared/pino-log'
import { readSecretFile } from '@fjmcp-broker/shared/read-secret-file'
import { maxFrameBytes } from '@fjmcp-broker/shared/runner/frames'
import { brokerVersion } from '@fjmcp-broker/shared/version'
import { createAdmin } from './admin/admin.ts'
import { createGateway } from './app.ts'
import { type GatewaySettings, parseGatewaySettings } from './config.ts'
import type { GatewayDependencies } from './dependencies.ts'
import { createSecrets } from './domain/oauth/secrets.ts'
import { renewForgejoVersion } from './flows/forgejo/learn-version.ts'
import { createForgejoContact } from './memory/forgejo-contact.ts'
import { createPendingWork } from './pending-work.ts'
import { watchParent } from './runner/parent-pipe.ts'
import { createRunnerClient } from './runner/runner-client.ts'
import { serveSocket, serveTcp } from './serve.ts'
import { openStore } from './store/libsql/open-store.ts'
import { createSealer } from './store/sealing.ts'
import { StoreFailure } from './store/store.ts'
import { createForgejo } from './upstream/arctic-forgejo.ts'

/** How long open responses may go on when we are asked to stop. */
const closeGraceMs = 3_000
/** How long work without a request may go on after that, such as a refresh: with both the runner waits for us. */
const workGraceMs = 3_000
const purgeIntervalMs = 10 * 60_000

const settings = parseGatewaySettings(process.env, readSecretFile)
if (settings.ok) await run(settings.value)
else refuse(describeProblems(settings.error))

/** Puts the gateway together and serves it until the runner asks it to stop, or is gone. */
async function run(settings: GatewaySettings): Promise<void> {
  const log = createPinoLog({ process: 'gateway', level: settings.logLevel })
  const clock = Date.now
  const newId = createNewId(clock)
  const opened = await openStore({
    databaseUrl: settings.databaseUrl,
    forgejoOrigin: settings.forgejoUrl,
    oauthClientId: settings.clientId,
    sealer: await createSealer([
      settings.clientSecret,
      ...(settings.previousClientSecret === undefined ? [] : [settings.previousClientSecret]),
    ]),
    newId,
    log,
  })
  if (!opened.ok) return refuse(opened.error.message, opened.error.reason === 'second_owner')
  const store = opened.value
  const runner = createRunnerClient({ socketPath: settings.runnerSocket, maxFrameBytes: maxFrameBytes(settings.maxMessageBytes), log })
  const forgejo = createForgejo({
    forgejoUrl: settings.forgejoUrl,
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    redirectUri: `${settings.publicUrl}/oauth/callback`,
    scopes: settings.forgejoScopes,
    clock,
  })
  const secrets = createSecrets({ randomBytes, sha256: (text) => hash('sha256', text, 'buffer') })
  const pending = createPendingWork()
  const { waitUntil } = pending
  const stopping = new AbortController()
  const deps: GatewayDependencies = {
    settings,
    store,
    runner,
    forgejo,
    clock,
    newId,
    secrets,
    log,
    waitUntil,
    stopping: stopping.signal,
  }

  const server = await serveTcp(createGateway(deps), settings.listen)
  if (!server.ok) return refuse(`FJMCP_BROKER_LISTEN: ${server.error.detail}`, server.error.reason === 'in_use')
  const admin = await serveSocket(createAdmin({ ...deps, forgejoContact: createForgejoContact(deps) }), settings.adminSocket)
  if (!admin.ok) return refuse(`FJMCP_BROKER_ADMIN_SOCKET: ${admin.error.detail}`, admin.error.reason === 'in_use')
  log.info('gateway_listening', {
    pid: process.pid,
    version: brokerVersion,
    host: settings.listen.host,
    port: server.value.port,
    publicUrl: settings.publicUrl,
  })
  waitUntil(renewForgejoVersion(deps))
  const purging = setInterval(() => waitUntil(purge(deps)), purgeIntervalMs)

  await Promise.race([askedToStop(), parentGone(log)])
  clearInterval(purging)
  stopping.abort()
  await Promise.all([server.value.close(closeGraceMs), admin.value.close(closeGraceMs)])
  const abandoned = await pending.ended(workGraceMs)
  if (abandoned > 0) log.warn('work_abandoned', { count: abandoned })
  runner.close()
  await store.close()
  log.info('gateway_stopped')
  process.exit()
}

/** Only the runner asks us to stop, by SIGTERM. A terminal's Ctrl-C reaches us too: it is for the runner to act on. */
function askedToStop(): Promise<void> {
  process.on('SIGINT', () => {})
  const { promise, resolve } = Promise.withResolvers<void>()
  process.once('SIGTERM', () => resolve())
  return promise
}

/** Whatever ended the runner, its children that are left are ended here before this settles. */
function parentGone(log: Log): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  watchParent({ stdin: process.stdin, log, onParentGone: resolve })
  return promise
}

async function purge({ store, clock, log }: GatewayDependencies): Promise<void> {
  try {
    log.debug('expired_rows_purged', { rows: await store.purge(clock()) })
  } catch (error) {
    log.error('purge_failed', error instanceof StoreFailure ? { reason: error.message } : describeError(error))
  }
}

/**
 * Ends the process and says why.
 *
 * @param mayPass Whether it may be over soon, as where an earlier gateway is still ending: then another start is worth trying.
 */
function refuse(message: string, mayPass = false): never {
  console.error(message)
  process.exit(mayPass ? 1 : exitCode.configuration)
}
