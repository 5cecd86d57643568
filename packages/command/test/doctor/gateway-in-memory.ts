import { hash, randomBytes } from 'node:crypto'
import { createGateway } from '@fjmcp-broker/gateway/app'
import { parseGatewaySettings } from '@fjmcp-broker/gateway/config'
import { createSecrets } from '@fjmcp-broker/gateway/domain/oauth/secrets'
import type { GatewayDependencies } from '@fjmcp-broker/gateway/dependencies'
import { createGatewayMemory } from '@fjmcp-broker/gateway/memory/gateway-memory'
import { silentProbe } from '@fjmcp-broker/gateway/probe'
import { openMemoryStore } from '@fjmcp-broker/gateway/store/memory-store'
import { createForgejo } from '@fjmcp-broker/gateway/upstream/arctic-forgejo'
import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { createNewId } from '@fjmcp-broker/shared/id'
import { silentLog } from '@fjmcp-broker/shared/log'
import { createMockRunner, type MockRunner } from '@fjmcp-broker/testkit/mock-runner'
import { onTestFinished } from 'vitest'

/** A broker that is well, without sockets; it ends with the running test. */
export async function createBroker(publicUrl: string): Promise<{ readonly fetch: Fetch; readonly runner: MockRunner }> {
  const settings = parseGatewaySettings(
    {
      FJMCP_BROKER_PUBLIC_URL: publicUrl,
      FORGEJO_URL: 'http://127.0.0.1:9',
      FORGEJO_OAUTH_CLIENT_ID: 'broker',
      FORGEJO_OAUTH_CLIENT_SECRET: 'broker-secret',
    },
    () => {
      throw new Error('no file is named')
    },
  )
  if (!settings.ok) throw new Error(JSON.stringify(settings.error))
  const store = await openMemoryStore(Date.now)
  onTestFinished(() => store.close())
  const runner = createMockRunner()
  const { forgejoUrl, forgejoClientId: clientId, forgejoClientSecret: clientSecret, forgejoScopes: scopes } = settings.value
  const deps: GatewayDependencies = {
    settings: settings.value,
    store,
    runner,
    forgejo: createForgejo({ forgejoUrl, clientId, clientSecret, redirectUri: `${publicUrl}/oauth/callback`, scopes, clock: Date.now }),
    fetchClientDocument: () => Promise.reject(new Error('nobody asks for a document here')),
    clock: Date.now,
    newId: createNewId(Date.now),
    secrets: createSecrets({ randomBytes, sha256: (text) => hash('sha256', text, 'buffer') }),
    log: silentLog,
    probe: silentProbe,
    waitUntil: () => {},
    stopping: new AbortController().signal,
  }
  return { fetch: createGateway(deps, createGatewayMemory(deps)), runner }
}
