import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

/** One line of the broker's log. */
export interface LoggedEvent {
  readonly event: string
  readonly process: string
  readonly [field: string]: unknown
}

/** A program by its absolute path, and the arguments before those of `fjmcp-broker`. */
export type BrokerCommand = readonly [program: string, ...args: string[]]

/** `fjmcp-broker serve` as a process of its own, started as an operator would. */
export interface BrokerProcess {
  readonly pid: number
  /** All that it logged so far. */
  readonly log: readonly LoggedEvent[]
  /** What it printed on standard output so far, whatever it was. */
  printed(): string
  /** What it printed on standard error so far. */
  complaints(): string
  /** Settles with the first event of that name that satisfies `matches`, past or to come. Rejects when the broker ends before it. */
  logged(event: string, matches?: (logged: LoggedEvent) => boolean): Promise<LoggedEvent>
  /** Settles with the exit code, or undefined when a signal ended it. */
  readonly exited: Promise<number | undefined>
  /** Asks it to stop by SIGTERM and waits for its end. */
  stop(): Promise<number | undefined>
  /** Kills the runner without a warning; the others notice by themselves. */
  kill(): void
}

/**
 * Starts the broker.
 *
 * @param environment All of its environment: nothing is inherited.
 * @param folder Its working folder: relative paths in settings start there.
 * @param command The program, and its first arguments; run from source with this Node where nothing is said.
 */
export function startBrokerProcess({
  environment,
  folder,
  command: [program, ...args] = fromSource,
}: {
  readonly environment: Readonly<Record<string, string>>
  readonly folder: string
  readonly command?: BrokerCommand | undefined
}): BrokerProcess {
  const broker = execa(program, [...args, 'serve'], {
    cwd: folder,
    env: environment,
    extendEnv: false,
    reject: false,
    buffer: false,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    forceKillAfterDelay: 15_000,
  })
  const log: LoggedEvent[] = []
  const waiting = new Set<(logged: LoggedEvent) => void>()
  let printed = ''
  let complaints = ''
  broker.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString()
  })
  broker.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString()
  })
  createInterface(broker.stdout).on('line', (line) => {
    const logged = parseLogLine(line)
    if (logged === undefined) return
    log.push(logged)
    for (const listener of waiting) listener(logged)
  })
  const exited = broker.then((result) => result.exitCode)
  return {
    pid: broker.pid ?? 0,
    log,
    printed: () => printed,
    complaints: () => complaints,
    logged: (event, matches = () => true) => {
      const isWanted = (logged: LoggedEvent): boolean => logged.event === event && matches(logged)
      const past = log.find(isWanted)
      if (past !== undefined) return Promise.resolve(past)
      const { promise, resolve, reject } = Promise.withResolvers<LoggedEvent>()
      const listener = (logged: LoggedEvent): void => {
        if (!isWanted(logged)) return
        waiting.delete(listener)
        resolve(logged)
      }
      waiting.add(listener)
      void exited.then((code) => reject(new Error(`The broker ended with ${code ?? 'a signal'} before it logged ${event}.\n${complaints}`)))
      return promise
    },
    exited,
    stop: () => {
      broker.kill('SIGTERM')
      return exited
    },
    kill: () => {
      broker.kill('SIGKILL')
    },
  }
}

const fromSource: BrokerCommand = [process.execPath, fileURLToPath(import.meta.resolve('@fjmcp-broker/command/main'))]

function parseLogLine(line: string): LoggedEvent | undefined {
  try {
    const parsed: unknown = JSON.parse(line)
    // The broker's own log lines have these; anything else on its standard output is not one.
    return typeof parsed === 'object' && parsed !== null && 'event' in parsed && 'process' in parsed ? (parsed as LoggedEvent) : undefined
  } catch {
    return undefined
  }
}
