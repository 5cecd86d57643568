import { umask } from 'node:process'
import { checkGatewaySettings } from '@fjmcp-broker/gateway/config'
import { parseRunnerSettings } from '@fjmcp-broker/runner/config'
import { closeInheritedFiles } from '@fjmcp-broker/runner/isolation/close-inherited-files'
import { startRunner } from '@fjmcp-broker/runner/start-runner'
import type { Clock } from '@fjmcp-broker/shared/clock'
import { describeProblems } from '@fjmcp-broker/shared/describe-problems'
import type { Environment } from '@fjmcp-broker/shared/env'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { createPinoLog } from '@fjmcp-broker/shared/pino-log'
import { listenForStop, untilAborted } from '@fjmcp-broker/shared/process/stop-request'
import { readAbout } from '../about.ts'
import { mergeProblems } from '../settings/merge-problems.ts'

/**
 * Runs the broker until it is told to stop (SIGTERM, SIGINT; a second one hastens) or cannot go on; returns the exit code.
 * The settings of both processes are checked before anything starts, so that the operator sees all that is wrong at once;
 * but files that hold secrets are for the gateway alone to read, which ends with 78 where one is not as it should be.
 */
export async function serve({
  environment,
  gatewayCommand,
  aboutFile,
  clock,
}: {
  readonly environment: Environment
  /** The program, and its arguments, that the gateway is started as. */
  readonly gatewayCommand: readonly [program: string, ...args: string[]]
  /** Where the image's build says what it built. */
  readonly aboutFile: URL
  readonly clock: Clock
}): Promise<number> {
  const settings = parseRunnerSettings(environment)
  const gatewayProblems = checkGatewaySettings(environment)
  if (!settings.ok || gatewayProblems.length > 0) {
    console.error(describeProblems(mergeProblems(settings.ok ? [] : settings.error, gatewayProblems)))
    return exitCode.configuration
  }
  const log = createPinoLog({ process: 'runner', level: settings.value.logLevel, format: settings.value.logFormat })
  // Whatever the broker and its children make is for the uid alone that made it.
  umask(0o077)
  closeInheritedFiles()
  const stop = listenForStop({ source: process, signals: ['SIGTERM', 'SIGINT'], clock })
  const started = await startRunner({
    settings: settings.value,
    environment,
    gatewayCommand,
    revision: readAbout(aboutFile).revision,
    clock,
    log,
  })
  if (!started.ok) {
    console.error(`fjmcp-broker cannot start: ${started.error.message}`)
    return started.error.exitCode
  }
  const runner = started.value
  const code = await Promise.race([runner.ended, untilAborted(stop.asked).then(() => 0)])
  await runner.stop(stop.insisted)
  return code
}
