import type { Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Environment } from '@fjmcp-broker/shared/env'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import type { Log } from '@fjmcp-broker/shared/log'
import { execa, type ResultPromise } from 'execa'
import type { GatewayWatch } from './gateway-watch.ts'
import { remedyForGateway } from './refused-gateway.ts'
import { nextRestart, noRestarts } from './restart-delay.ts'

/** What a gateway may need to end beyond the time that calls get; it is killed after that. */
const stopGraceMs = 8_000
/** The same once somebody has insisted. */
const hastenedMs = 5_000

/** The gateway as a process of its own, started again whenever it ends. */
export interface GatewayProcess {
  /** Settles when the gateway is not to be started again: with 78 when its configuration is wrong, with 0 after `stop`. */
  readonly ended: Promise<number>
  /**
   * Ends it for good: SIGTERM first, SIGKILL when that does not help. Settles when it is gone.
   *
   * @param hastened Aborted when nobody is willing to wait for calls any more.
   */
  stop(hastened?: AbortSignal): Promise<void>
}

interface GatewayExit {
  readonly exitCode: number | undefined
  readonly signal: string | undefined
  /** Where nothing was started: the system's name for the reason, such as EPERM. */
  readonly refusal: string | undefined
}

/**
 * Starts the gateway and keeps it running. It reads its standard input to know that we live: end of file there means that we are gone.
 * The sockets of its ports stand where `inherited-ports` says.
 *
 * @param command The program, by its absolute path, and its arguments.
 * @param user Whom it runs as; undefined where that is who we are.
 * @param portDescriptors The file descriptors of those sockets, the public port's first.
 * @param drainMs How long it waits for calls when it is told to end.
 * @param watch Kills a run that hangs.
 * @param onStart Receives the standard input of every new run.
 */
export function startGatewayProcess({
  command: [program, ...args],
  environment,
  user,
  portDescriptors,
  drainMs,
  watch,
  clock,
  log,
  onStart,
}: {
  readonly command: readonly [program: string, ...args: string[]]
  readonly environment: Environment
  readonly user: { readonly uid: number; readonly gid: number } | undefined
  readonly portDescriptors: readonly number[]
  readonly drainMs: number
  readonly watch: Pick<GatewayWatch, 'begin'>
  readonly clock: Clock
  readonly log: Log
  readonly onStart: (stdin: Writable) => void
}): GatewayProcess {
  const stopping = new AbortController()
  let run: ResultPromise | undefined
  let endWatch = ignore

  return {
    ended: keepRunning(),
    stop: async (hastened) => {
      stopping.abort()
      endWatch()
      run?.kill('SIGTERM')
      if (hastened?.aborted === true) hasten()
      else hastened?.addEventListener('abort', hasten, { once: true })
      await run?.catch(ignore)
      hastened?.removeEventListener('abort', hasten)
    },
  }

  /** A second SIGTERM tells a gateway not to wait for calls. */
  function hasten(): void {
    const ending = run
    if (ending === undefined) return
    ending.kill('SIGTERM')
    const impatience = setTimeout(() => ending.kill('SIGKILL'), hastenedMs)
    void ending.finally(() => clearTimeout(impatience))
  }

  async function keepRunning(): Promise<number> {
    let history = noRestarts
    for (;;) {
      const startedAtMs = clock()
      const exit = await runOnce()
      if (stopping.signal.aborted) return 0
      if (exit.exitCode === exitCode.configuration) return exitCode.configuration
      const remedy = exit.refusal === undefined ? undefined : remedyForGateway(exit.refusal)
      if (remedy !== undefined) {
        log.error('gateway_refused', { code: exit.refusal, remedy })
        return exitCode.configuration
      }
      const next = nextRestart(history, clock() - startedAtMs)
      history = next.history
      log.error('gateway_exited', { ...exit, restartInMs: next.delayMs })
      await delay(next.delayMs, undefined, { signal: stopping.signal }).catch(ignore)
      if (stopping.signal.aborted) return 0
    }
  }

  async function runOnce(): Promise<GatewayExit> {
    const started = execa(program, args, {
      env: { ...environment },
      extendEnv: false,
      ...user,
      // execa takes any descriptor, but its types end at 9.
      stdio: ['pipe', 'inherit', 'inherit', ...portDescriptors.map((descriptor) => descriptor as 9)],
      cleanup: false,
      reject: false,
      forceKillAfterDelay: drainMs + stopGraceMs,
    })
    run = started
    started.stdin.on('error', ignore)
    onStart(started.stdin)
    endWatch = watch.begin(() => started.kill('SIGKILL'))
    const result = await started
    endWatch()
    const refusal = started.pid === undefined ? (result.code ?? 'unknown') : undefined
    return { exitCode: result.exitCode, signal: result.signal, refusal }
  }
}

function ignore(): void {}
