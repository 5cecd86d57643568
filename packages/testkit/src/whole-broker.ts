import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { type BrokerCommand, type BrokerProcess, startBrokerProcess } from './broker-process.ts'
import { type ChildKind, createChildProgram } from './children/child-program.ts'
import { createFakeForgejo, type FakeForgejo } from './forgejo/fake-forgejo.ts'
import { findFreePort } from './free-port.ts'
import type { McpClient } from './mcp-client.ts'
import { serveFetch } from './serve-fetch.ts'
import { signInAs } from './sign-in-as.ts'

/** The broker as an operator runs it, real processes, sockets and files, with a fake Forgejo behind it. */
export interface WholeBroker {
  readonly publicUrl: string
  readonly forgejo: FakeForgejo
  /** Where it keeps its data; its working folder. */
  readonly folder: string
  /** What it was started with. */
  readonly environment: Readonly<Record<string, string>>
  /** The run that goes on now. */
  broker(): BrokerProcess
  /** Starts it again on the same data after its end, and waits until it serves. */
  restart(): Promise<void>
  /** Signs in an SDK client of alice or bob. */
  connect(login: 'alice' | 'bob', level?: AccessLevel): Promise<McpClient>
  /** Ends everything and removes the data. */
  close(): Promise<void>
}

/** @param command What is started in the place of the program's source. */
export async function startWholeBroker({
  child = 'forgejo-mcp',
  environment: given = {},
  command,
}: {
  readonly child?: ChildKind
  readonly environment?: Readonly<Record<string, string>>
  readonly command?: BrokerCommand
} = {}): Promise<WholeBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'fjmcp-whole-'))
  const publicUrl = `http://127.0.0.1:${await findFreePort(0)}`
  const application = { clientId: 'broker', clientSecret: 'broker-client-secret', redirectUris: [`${publicUrl}/oauth/callback`] }
  const forgejo = createFakeForgejo({ applications: [application] })
  const served = await serveFetch(forgejo.fetch)
  const environment = {
    FJMCP_BROKER_PUBLIC_URL: publicUrl,
    FJMCP_BROKER_LISTEN: new URL(publicUrl).host,
    // Tests end while calls are under way.
    FJMCP_BROKER_DRAIN_SECONDS: '1',
    FORGEJO_URL: served.url,
    FORGEJO_OAUTH_CLIENT_ID: application.clientId,
    FORGEJO_OAUTH_CLIENT_SECRET: application.clientSecret,
    FJMCP_BROKER_FORGEJO_MCP: await createChildProgram({ kind: child, folder }),
    ...given,
  }
  let broker = await start()

  return {
    publicUrl,
    forgejo,
    folder,
    environment,
    broker: () => broker,
    restart: async () => {
      await broker.exited
      broker = await start()
    },
    connect: (login, level = 'full') => signInAs({ login, password: `${login}-password` }, { mcpUrl: `${publicUrl}/mcp`, level }),
    close: async () => {
      await broker.stop()
      await served.close()
      await rm(folder, { recursive: true, force: true })
    },
  }

  async function start(): Promise<BrokerProcess> {
    const started = startBrokerProcess({ environment, folder, command })
    await started.logged('gateway_listening')
    return started
  }
}
