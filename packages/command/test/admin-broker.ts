import { join } from 'node:path'
import { createAdmin } from '@fjmcp-broker/gateway/admin/admin'
import { parseGatewaySettings } from '@fjmcp-broker/gateway/config'
import { createSecrets } from '@fjmcp-broker/gateway/domain/oauth/secrets'
import { createGatewayMemory } from '@fjmcp-broker/gateway/memory/gateway-memory'
import { serveSocket } from '@fjmcp-broker/gateway/serve'
import { makeAccess } from '@fjmcp-broker/gateway/store/libsql/testing/access'
import { makeClient } from '@fjmcp-broker/gateway/store/libsql/testing/client'
import { makeGrant } from '@fjmcp-broker/gateway/store/libsql/testing/grant'
import { silentProbe } from '@fjmcp-broker/gateway/probe'
import { makeTemporaryFolder } from '@fjmcp-broker/gateway/store/libsql/testing/temporary-folder'
import { openMemoryStore } from '@fjmcp-broker/gateway/store/memory-store'
import { createForgejo } from '@fjmcp-broker/gateway/upstream/arctic-forgejo'
import { createNewId } from '@fjmcp-broker/shared/id'
import { silentLog } from '@fjmcp-broker/shared/log'
import { createMockRunner } from '@fjmcp-broker/testkit/mock-runner'
import { hash, randomBytes } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { runProgram } from '../src/program.ts'

/** The client of the second grant is known by its metadata document. */
export const appId = 'https://app.example/client.json'

/** A broker's admin socket in front of a store with three grants; it ends with the running test. */
export async function startBroker() {
  let nowMs = 0
  const clock = (): number => ++nowMs
  const store = await openMemoryStore(clock)
  const runner = createMockRunner()
  const settings = parseGatewaySettings({
    FJMCP_BROKER_PUBLIC_URL: 'https://broker.test',
    FORGEJO_URL: 'https://forgejo.test',
    FORGEJO_OAUTH_CLIENT_ID: 'broker',
    FORGEJO_OAUTH_CLIENT_SECRET: 'secret',
  })
  if (!settings.ok) throw new Error(JSON.stringify(settings.error))
  const stopping = new AbortController()
  const works: Promise<void>[] = []
  const { forgejoUrl, forgejoClientId: clientId, forgejoClientSecret: clientSecret, forgejoScopes: scopes } = settings.value
  const deps = {
    settings: settings.value,
    store,
    runner,
    forgejo: createForgejo({ forgejoUrl, clientId, clientSecret, redirectUri: 'https://broker.test/oauth/callback', scopes, clock }),
    clock,
    newId: createNewId(clock),
    secrets: createSecrets({ randomBytes, sha256: (text) => hash('sha256', text, 'buffer') }),
    log: silentLog,
    probe: silentProbe,
    waitUntil: (work: Promise<void>) => void works.push(work),
    stopping: stopping.signal,
  }
  const memory = createGatewayMemory(deps)
  const socketPath = join(makeTemporaryFolder(), 'admin.sock')
  const served = await serveSocket(createAdmin(deps, memory), socketPath)
  if (!served.ok) throw new Error(served.error.detail)
  onTestFinished(async () => {
    runner.setAvailable(true)
    stopping.abort()
    await served.value.close()
    await Promise.all(works)
    await store.close()
  })

  await store.clients.insert(makeClient({ id: appId, name: 'App', documentExpiresAtMs: 1_000 }))
  const grant = await makeGrant(store, { sub: '1' })
  await makeAccess(store, grant, 'one')
  await makeAccess(store, await makeGrant(store, { sub: '1', clientId: appId }), 'two')
  await makeAccess(store, await makeGrant(store, { sub: '2' }), 'three')

  async function run(...args: readonly string[]) {
    const printed: string[] = []
    const complaints: string[] = []
    const code = await runProgram({
      args,
      self: ['node', 'program'],
      environment: { FJMCP_BROKER_ADMIN_SOCKET: socketPath },
      aboutFile: new URL('none', import.meta.url),
      clock,
      print: (text) => void printed.push(...text.split('\n')),
      complain: (text) => void complaints.push(text),
    })
    return { code, printed, complaints }
  }
  return { run, store, runner, memory, socketPath, grant }
}
