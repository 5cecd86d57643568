import { networkInterfaces } from 'node:os'
import { readUnit, toPodmanArguments, unitPath } from '@fjmcp-broker/image/read-unit'
import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { createFakeForgejo, type FakeForgejo } from '../forgejo/fake-forgejo.ts'
import { findFreePort } from '../free-port.ts'
import type { McpClient } from '../mcp-client.ts'
import { serveFetch } from '../serve-fetch.ts'
import { signInAs } from '../sign-in-as.ts'
import {
  type BrokerContainer,
  type ContainerOptions,
  containerNamed,
  type Place,
  runBroker,
  startBroker,
  type StartedBroker,
} from './broker-container.ts'
import { type Outcome, podman, tryPodman } from './podman.ts'

/** What the scenarios share: a make-believe Forgejo outside, one port, names of their own, and a place to say what was seen. */
export interface Trial {
  readonly place: Place
  readonly forgejo: FakeForgejo
  /** The settings that a broker cannot guess. */
  readonly environment: Readonly<Record<string, string>>
  /** A new, empty volume. */
  createVolume(): Promise<string>
  /** Starts a container on a volume, and waits until it is healthy. */
  start(volume: string, changes?: ContainerChanges): Promise<StartedBroker>
  /** Runs a container to its end. */
  run(volume: string, changes?: RunChanges): Promise<Outcome>
  /** Runs a line of JavaScript as the owner of a volume, which is at /data; returns what it evaluates to. */
  evaluate(volume: string, source: string): Promise<string>
  /** Names and hashes of the database's files. */
  hashDatabase(volume: string): Promise<string>
  connect(login: 'alice' | 'bob', level?: AccessLevel): Promise<McpClient>
  saw(what: string): void
  close(): Promise<void>
}

export interface ContainerChanges {
  readonly place?: Place
  readonly environment?: Readonly<Record<string, string>>
  readonly runArguments?: readonly string[]
  readonly withoutCapability?: string
}

export interface RunChanges extends ContainerChanges {
  /** In place of `serve`. */
  readonly args?: readonly string[]
  /** What it reads on standard input. */
  readonly input?: Buffer
}

export async function createTrial({ place, print }: { readonly place: Place; readonly print: (line: string) => void }): Promise<Trial> {
  const port = await findFreePort(0)
  const publicUrl = `http://127.0.0.1:${port}`
  const application = { clientId: 'broker', clientSecret: 'broker-client-secret', redirectUris: [`${publicUrl}/oauth/callback`] }
  const forgejo = createFakeForgejo({ applications: [application] })
  const served = await serveFetch(forgejo.fetch, { hostname: '0.0.0.0' })
  const environment = {
    FJMCP_BROKER_PUBLIC_URL: publicUrl,
    FORGEJO_URL: `http://${findOwnAddress()}:${served.port}`,
    FORGEJO_OAUTH_CLIENT_ID: application.clientId,
    FORGEJO_OAUTH_CLIENT_SECRET: application.clientSecret,
  }
  const prefix = `fjmcp-trial-${process.pid}`
  const volumes: string[] = []
  const containers: BrokerContainer[] = []

  return {
    place,
    forgejo,
    environment,
    async createVolume() {
      const name = `${prefix}-${volumes.length}`
      await podman(['volume', 'create', name])
      volumes.push(name)
      return name
    },
    async start(volume, changes = {}) {
      const options = optionsFor(volume, changes)
      containers.push(containerNamed(options))
      return startBroker(changes.place ?? place, options)
    },
    run: (volume, changes = {}) =>
      runBroker(changes.place ?? place, { ...optionsFor(volume, changes), args: changes.args ?? [], input: changes.input }),
    evaluate,
    hashDatabase: (volume) => evaluate(volume, hashDatabase),
    connect: (login, level = 'full') => signInAs({ login, password: `${login}-password` }, { mcpUrl: `${publicUrl}/mcp`, level }),
    saw: (what) => print(`   ok  ${what}`),
    async close() {
      for (const container of containers) await container.remove()
      for (const volume of volumes) await tryPodman(['volume', 'rm', '--force', volume])
      await served.close()
    },
  }

  function evaluate(volume: string, source: string): Promise<string> {
    const node = ['--user', '65532:65532', '--entrypoint', '/nodejs/bin/node', '--volume', `${volume}:/data`]
    const unit = toPodmanArguments(readUnit(unitPath))
    return podman(['run', '--rm', ...unit, ...place.runArguments, ...node, place.image, '--print', source])
  }

  function optionsFor(volume: string, changes: ContainerChanges): ContainerOptions {
    return {
      name: `${prefix}-${containers.length}`,
      port,
      volume,
      environment: { ...environment, ...changes.environment },
      runArguments: changes.runArguments ?? [],
      withoutCapability: changes.withoutCapability,
    }
  }
}

// Without the index in shared memory: looking at a database already makes it anew.
const hashDatabase = `['broker.db', 'broker.db-wal'].filter((name) => fs.existsSync('/data/' + name))
  .map((name) => name + ' ' + crypto.hash('sha256', fs.readFileSync('/data/' + name))).join('\\n')`

/** An address of this machine that a container reaches as well: loopback there is the container's own. */
function findOwnAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  const found = addresses.find(({ family, internal }) => family === 'IPv4' && !internal)
  if (found === undefined)
    throw new Error('This machine has no address but loopback, so that no container could reach the make-believe Forgejo.')
  return found.address
}
