import { type BrokerProcess, startBrokerProcess } from '../broker-process.ts'
import type { DemoForgejo } from './make-believe-forgejo.ts'

/** Starts the broker as `npm start` does and waits until it serves; throws with what it said when it does not come up. */
export async function startBroker({
  publicUrl,
  forgejo,
  childPath,
  folder,
  searchPath,
}: {
  readonly publicUrl: string
  readonly forgejo: Pick<DemoForgejo, 'url' | 'clientId' | 'clientSecret'>
  readonly childPath: string
  readonly folder: string
  readonly searchPath: string
}): Promise<BrokerProcess> {
  const broker = startBrokerProcess({
    folder,
    environment: {
      PATH: searchPath,
      FJMCP_BROKER_PUBLIC_URL: publicUrl,
      FJMCP_BROKER_LISTEN: `127.0.0.1:${new URL(publicUrl).port}`,
      FORGEJO_URL: forgejo.url,
      FORGEJO_OAUTH_CLIENT_ID: forgejo.clientId,
      FORGEJO_OAUTH_CLIENT_SECRET: forgejo.clientSecret,
      FJMCP_BROKER_FORGEJO_MCP: childPath,
    },
  })
  await broker.logged('gateway_listening')
  return broker
}
