import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startBrokerProcess } from '@fjmcp-broker/testkit/broker-process'
import { familyOf } from '@fjmcp-broker/testkit/processes'
import { signInAs } from '@fjmcp-broker/testkit/sign-in-as'
import { brokerApplication } from '../api/serve-api.ts'
import { createHttpConnection, type HttpConnection } from '../load/http-connection.ts'
import { createHttpSession } from '../load/http-session.ts'
import { argumentsOf } from '../processes/measure-processes.ts'
import type { Subject } from './subject.ts'

/** The whole broker, and what of it can be told apart. */
export interface Broker extends Subject {
  readonly port: number
  /** Runner and gateway. */
  ownProcesses(): readonly number[]
  /** Children there are, ready ones that belong to no session included. */
  children(): number
}

/** What is set beside what an operator has to set: limits that keep users from each other would stop one bench user first. */
export const raisedLimits: Readonly<Record<string, string>> = {
  FJMCP_BROKER_MAX_CHILDREN: '600',
  FJMCP_BROKER_CHILDREN_PER_USER: '600',
  FJMCP_BROKER_CALLS_PER_USER: '10000',
  FJMCP_BROKER_QUEUE_LENGTH: '10000',
  FJMCP_BROKER_QUEUE_SECONDS: '60',
  FJMCP_BROKER_SESSIONS_PER_USER: '20000',
  FJMCP_BROKER_MAX_SESSIONS: '20000',
  FJMCP_BROKER_CHILD_IDLE_SECONDS: '3600',
}

/**
 * Starts the broker as an operator would, with a database of its own, and signs alice in.
 *
 * @param settings Beside those of `raisedLimits`.
 */
export async function startBroker({
  port,
  forgejoUrl,
  childProgram,
  folder: within,
  settings = {},
}: {
  readonly port: number
  readonly forgejoUrl: string
  readonly childProgram: string
  /** Where it makes a folder of its own. */
  readonly folder: string
  readonly settings?: Readonly<Record<string, string>>
}): Promise<Broker> {
  const folder = await mkdtemp(join(within, 'broker-'))
  const publicUrl = `http://127.0.0.1:${port}`
  const broker = startBrokerProcess({
    folder,
    environment: {
      FJMCP_BROKER_PUBLIC_URL: publicUrl,
      FJMCP_BROKER_LISTEN: `127.0.0.1:${port}`,
      FJMCP_BROKER_DRAIN_SECONDS: '1',
      FORGEJO_URL: forgejoUrl,
      FORGEJO_OAUTH_CLIENT_ID: brokerApplication.clientId,
      FORGEJO_OAUTH_CLIENT_SECRET: brokerApplication.clientSecret,
      FJMCP_BROKER_FORGEJO_MCP: childProgram,
      ...raisedLimits,
      ...settings,
    },
  })
  try {
    await broker.logged('gateway_listening')
    const accessToken = await signIn(publicUrl)
    return {
      name: 'broker',
      port,
      createSession: (connection) => createHttpSession({ port, accessToken, connection }),
      roots: () => [broker.pid],
      ownProcesses: () => familyOf(broker.pid).filter((pid) => !isChild(pid)),
      children: () => familyOf(broker.pid).filter(isChild).length,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }

  function isChild(pid: number): boolean {
    return argumentsOf(pid).includes(childProgram)
  }

  async function stop(): Promise<void> {
    await broker.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** The SDK's client signs in as any remote client does; its own session is ended, and only its access token used. */
async function signIn(publicUrl: string): Promise<string> {
  const signedIn = await signInAs({ login: 'alice', password: 'alice-password' }, { mcpUrl: `${publicUrl}/mcp`, level: 'full' })
  await signedIn.transport.terminateSession()
  await signedIn.client.close()
  return signedIn.tokens()?.access_token ?? ''
}

/** Connections for many sessions that are idle most of the time. */
export function createSharedConnections(broker: Broker, count: number): (index: number) => HttpConnection {
  const connections = Array.from({ length: count }, () => createHttpConnection(broker.port))
  return (index) => connections[index % count] ?? createHttpConnection(broker.port)
}
