import { hash, randomBytes } from 'node:crypto'
import { createGateway } from '@fjmcp-broker/gateway/app'
import { parseGatewaySettings } from '@fjmcp-broker/gateway/config'
import { createSecrets } from '@fjmcp-broker/gateway/domain/oauth/secrets'
import { openMemoryStore } from '@fjmcp-broker/gateway/store/memory-store'
import { createForgejo } from '@fjmcp-broker/gateway/upstream/arctic-forgejo'
import { serveTcp } from '@fjmcp-broker/gateway/serve'
import { createNewId } from '@fjmcp-broker/shared/id'
import { createPinoLog } from '@fjmcp-broker/shared/pino-log'
import { startMakeBelieveForgejo } from './demo/make-believe-forgejo.ts'
import { findFreePort } from './free-port.ts'
import { createMockRunner } from './mock-runner.ts'

// The gateway alone: a mock runner instead of children, a fake Forgejo, a database in memory. Everything is new at each start.
const publicUrl = `http://localhost:${await findFreePort(8080)}`
const forgejo = await startMakeBelieveForgejo(`${publicUrl}/oauth/callback`)
const settings = parseGatewaySettings(
  {
    ...process.env,
    FJMCP_BROKER_PUBLIC_URL: publicUrl,
    FJMCP_BROKER_LISTEN: `127.0.0.1:${new URL(publicUrl).port}`,
    FORGEJO_URL: forgejo.url,
    FORGEJO_OAUTH_CLIENT_ID: forgejo.clientId,
    FORGEJO_OAUTH_CLIENT_SECRET: forgejo.clientSecret,
  },
  () => '',
)
if (!settings.ok) throw new Error(settings.error.map(({ name, expected }) => `${name}: ${expected}`).join('\n'))

const clock = Date.now
const gateway = createGateway({
  settings: settings.value,
  store: await openMemoryStore(clock),
  runner: createMockRunner(),
  forgejo: createForgejo({
    forgejoUrl: forgejo.url,
    clientId: forgejo.clientId,
    clientSecret: forgejo.clientSecret,
    redirectUri: `${publicUrl}/oauth/callback`,
    scopes: settings.value.forgejoScopes,
    clock,
  }),
  clock,
  newId: createNewId(clock),
  secrets: createSecrets({ randomBytes, sha256: (text) => hash('sha256', text, 'buffer') }),
  log: createPinoLog({ process: 'gateway', level: 'debug' }),
})
const served = await serveTcp(gateway, settings.value.listen)
if (!served.ok) throw new Error(served.error.detail)
process.stdout.write(`Gateway: ${publicUrl}/  MCP: ${publicUrl}/mcp  Forgejo: ${forgejo.url} (alice/alice-password, bob/bob-password)\n`)
