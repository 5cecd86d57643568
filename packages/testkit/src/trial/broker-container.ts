import { setTimeout as delay } from 'node:timers/promises'
import { type Outcome, podman, tryPodman } from './podman.ts'
import { readUnit, toPodmanArguments, unitPath } from '@fjmcp-broker/image/read-unit'

/** Where and how containers are started. */
export interface Place {
  readonly image: string
  /** For `podman run`, besides what the unit says; they come last. */
  readonly runArguments: readonly string[]
}

/** A container of the broker, run as the unit would. */
export interface BrokerContainer {
  readonly name: string
  readonly publicUrl: string
  /** Calls the command in it, as an operator does. */
  command(...args: readonly string[]): Promise<Outcome>
  /** Runs a line of JavaScript in it as another user; there is no shell. */
  evaluate(source: string, user?: string): Promise<string>
  log(): Promise<string>
  /** Settles with the exit code. */
  stop(): Promise<number>
  /** Kills all of it at once. */
  kill(): Promise<void>
  /** Removes it, running or not. */
  remove(): Promise<void>
}

export interface ContainerOptions {
  readonly name: string
  readonly port: number
  readonly volume: string
  readonly environment: Readonly<Record<string, string>>
  /** For this one only. */
  readonly runArguments: readonly string[]
  /** One that the unit gives and this one shall not have. */
  readonly withoutCapability: string | undefined
}

/** How long a container may take until it is healthy before the trial is given up. */
const patienceMs = 20_000

export interface StartedBroker {
  readonly broker: BrokerContainer
  readonly healthyAfterMs: number
}

/** Starts a container and waits until it is healthy. */
export async function startBroker(place: Place, options: ContainerOptions): Promise<StartedBroker> {
  await podman(['run', '--detach', '--name', options.name, ...runArgumentsFor(place, options), place.image])
  const broker = containerNamed(options)
  const startedAt = performance.now()
  while (!(await isHealthy(broker.publicUrl))) {
    if (performance.now() - startedAt > patienceMs) throw new Error(`${options.name} is not healthy:\n${await broker.log()}`)
    await delay(20)
  }
  return { broker, healthyAfterMs: Math.round(performance.now() - startedAt) }
}

/** Runs a container to its end, as where the start is refused. */
export function runBroker(
  place: Place,
  { args, input, ...options }: ContainerOptions & { readonly args: readonly string[]; readonly input?: Buffer | undefined },
): Promise<Outcome> {
  const name = `${options.name}-once`
  return tryPodman(['run', '--rm', '--interactive', '--name', name, ...runArgumentsFor(place, options), place.image, ...args], { input })
}

function runArgumentsFor(place: Place, options: ContainerOptions): readonly string[] {
  const { port, volume, environment, runArguments, withoutCapability } = options
  return [
    ...toPodmanArguments(readUnit(unitPath)).filter((word) => word !== `--cap-add=${withoutCapability}`),
    ...Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    '--publish',
    `127.0.0.1:${port}:8080`,
    '--volume',
    `${volume}:/data`,
    ...place.runArguments,
    ...runArguments,
  ]
}

/** The container of that name, started or not. */
export function containerNamed({ name, port }: ContainerOptions): BrokerContainer {
  return {
    name,
    publicUrl: `http://127.0.0.1:${port}`,
    command: (...args) => tryPodman(['exec', name, '/usr/local/bin/fjmcp-broker', ...args]),
    evaluate: (source, user = '0') => podman(['exec', '--user', user, name, '/nodejs/bin/node', '--print', source]),
    async log() {
      const { stdout, stderr } = await tryPodman(['logs', name])
      return `${stdout}\n${stderr}`
    },
    async stop() {
      await podman(['stop', name])
      const code = Number(await podman(['inspect', '--format', '{{.State.ExitCode}}', name]))
      await podman(['rm', name])
      return code
    },
    async kill() {
      await podman(['kill', name])
      await podman(['wait', name])
      await podman(['rm', name])
    },
    async remove() {
      await tryPodman(['rm', '--force', '--time', '0', name])
    },
  }
}

async function isHealthy(publicUrl: string): Promise<boolean> {
  try {
    return (await fetch(`${publicUrl}/healthz`)).ok
  } catch {
    return false
  }
}
