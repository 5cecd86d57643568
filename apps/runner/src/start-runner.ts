import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Environment } from '@fjmcp-broker/shared/env'
import type { Log } from '@fjmcp-broker/shared/log'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { maxFrameBytes } from '@fjmcp-broker/shared/runner/frames'
import { brokerVersion } from '@fjmcp-broker/shared/version'
import { createRunner } from './app.ts'
import { createChannelServer } from './channel/channel-server.ts'
import type { RunnerSettings } from './config.ts'
import { createCredentials } from './credentials.ts'
import { startGatewayProcess } from './gateway/gateway-process.ts'
import { createParentPipes } from './gateway/parent-pipes.ts'
import { createInjector } from './injector/injector.ts'
import { createUndiciUpstream } from './injector/undici-upstream.ts'
import { createChildProgram } from './process/child-program.ts'
import { createLiveRecord } from './process/live-record.ts'
import { systemSchedule } from './schedule.ts'

/** The runner at work, with the gateway that it keeps running. */
export interface RunningRunner {
  /** Settles with an exit code when the gateway is not to be started again. */
  readonly ended: Promise<number>
  /** Ends the gateway, then all children; settles when nothing is left. */
  stop(): Promise<void>
}

export interface StartFailure {
  /** For the operator: what is wrong and what to do. */
  readonly message: string
}

/**
 * Puts the runner together and starts it, its socket first, then the gateway.
 *
 * @param environment Handed on to the gateway as it is; children get nothing of it. Its PATH is where the child program is looked up.
 * @param gatewayMain Absolute path of the gateway's `main.ts`.
 */
export async function startRunner({
  settings,
  environment,
  gatewayMain,
  clock,
  log,
}: {
  readonly settings: RunnerSettings
  readonly environment: Environment
  readonly gatewayMain: string
  readonly clock: Clock
  readonly log: Log
}): Promise<Result<RunningRunner, StartFailure>> {
  const socketFolder = dirname(settings.runnerSocket)
  mkdirSync(socketFolder, { recursive: true, mode: 0o700 })
  const upstream = createUndiciUpstream({ forgejoUrl: settings.forgejoUrl })
  const credentials = createCredentials({ schedule: systemSchedule })
  const injector = createInjector({
    forgejoUrl: settings.forgejoUrl,
    upstream,
    credentials,
    maxBodyBytes: settings.maxMessageBytes,
    userAgent: `forgejo-mcp-broker/${brokerVersion}`,
    clock,
    randomBytes,
    log,
  })
  await injector.listen()
  const pipes = createParentPipes()
  const runner = createRunner({
    settings,
    program: createChildProgram({ program: settings.childProgram, searchPath: environment['PATH'] ?? '' }),
    injector,
    credentials,
    record: createLiveRecord({ path: join(socketFolder, 'children.json'), log }),
    onProcessGroup: (change) => pipes.tell(change),
    clock,
    schedule: systemSchedule,
    randomBytes,
    log,
  })
  const channel = createChannelServer({
    runner,
    socketPath: settings.runnerSocket,
    maxFrameBytes: maxFrameBytes(settings.maxMessageBytes),
    log,
  })
  const listening = await channel.listen()
  if (!listening.ok) {
    await injector.close()
    return err({ message: listening.error.detail })
  }
  const { child, isolation } = await runner.status()
  log.info('runner_started', { version: brokerVersion, isolation, child: child.state === 'ok' ? child.version : child.detail })
  const gateway = startGatewayProcess({ main: gatewayMain, environment, clock, log, onStart: (stdin) => pipes.open(stdin) })

  return ok({
    ended: gateway.ended,
    async stop() {
      await gateway.stop()
      await channel.close()
      await runner.close()
      await injector.close()
      await upstream.close()
      log.info('runner_stopped')
    },
  })
}
