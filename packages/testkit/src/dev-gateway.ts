import { hash, randomBytes } from 'node:crypto'
import { createGateway } from '@fjmcp-broker/gateway/app'
import { parseGatewaySettings } from '@fjmcp-broker/gateway/config'
import { createSecrets } from '@fjmcp-broker/gateway/domain/oauth/secrets'
import { serveTcp } from '@fjmcp-broker/gateway/serve'
import type { GatewayDependencies } from '@fjmcp-broker/gateway/dependencies'
import { createGatewayMemory } from '@fjmcp-broker/gateway/memory/gateway-memory'
import { silentProbe } from '@fjmcp-broker/gateway/probe'
import { openMemoryStore } from '@fjmcp-broker/gateway/store/memory-store'
import { createForgejo } from '@fjmcp-broker/gateway/upstream/arctic-forgejo'
import { createHttpsDocuments } from '@fjmcp-broker/gateway/upstream/client-documents/https-documents'
import { isPublicAddress } from '@fjmcp-broker/gateway/domain/network/public-address'
import { createResolveHost } from '@fjmcp-broker/gateway/upstream/client-documents/resolve-host'
import { describeProblems } from '@fjmcp-broker/shared/describe-problems'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { createNewId } from '@fjmcp-broker/shared/id'
import { createPinoLog } from '@fjmcp-broker/shared/pino-log'
import { startMakeBelieveForgejo } from './demo/make-believe-forgejo.ts'
import { findFreePort } from './free-port.ts'
import { createMockRunner } from './mock-runner.ts'

// The gateway alone: a mock runner instead of children, a fake Forgejo, a database in memory. Everything is new at each start.
const publicUrl = `http://localhost:${await findFreePort(8080)}`
const forgejo = await startMakeBelieveForgejo(`${publicUrl}/oauth/callback`)
const settings = parseGatewaySettings({
  FJMCP_BROKER_LOG_LEVEL: 'debug',
  // Not FORGEJO_*: a developer who has set those means a Forgejo of their own, which plays no part here.
  ...Object.fromEntries(Object.entries(process.env).filter(([name, value]) => name.startsWith('FJMCP_BROKER_') && value !== '')),
  FJMCP_BROKER_PUBLIC_URL: publicUrl,
  FORGEJO_URL: forgejo.url,
  FORGEJO_OAUTH_CLIENT_ID: forgejo.clientId,
  FORGEJO_OAUTH_CLIENT_SECRET: forgejo.clientSecret,
})
if (!settings.ok) refuse(describeProblems(settings.error))

const { forgejoUrl, forgejoClientId: clientId, forgejoClientSecret: clientSecret, forgejoScopes: scopes } = settings.value
const clock = Date.now
const deps: GatewayDependencies = {
  settings: settings.value,
  store: await openMemoryStore(clock),
  runner: createMockRunner(),
  forgejo: createForgejo({ forgejoUrl, clientId, clientSecret, redirectUri: `${publicUrl}/oauth/callback`, scopes, clock }),
  fetchClientDocument: createHttpsDocuments({ resolveHost: createResolveHost(), isAllowed: isPublicAddress, userAgent: 'dev', clock }),
  clock,
  newId: createNewId(clock),
  secrets: createSecrets({ randomBytes, sha256: (text) => hash('sha256', text, 'buffer') }),
  log: createPinoLog({ process: 'gateway', level: settings.value.logLevel, format: settings.value.logFormat }),
  probe: silentProbe,
  waitUntil: (work) => void work,
  stopping: new AbortController().signal,
}
const gateway = createGateway(deps, createGatewayMemory(deps))
const served = await serveTcp(gateway, { host: '127.0.0.1', port: Number(new URL(publicUrl).port) })
if (!served.ok) refuse(served.error.detail)
process.stdout.write(`Gateway: ${publicUrl}/  MCP: ${publicUrl}/mcp  Forgejo: ${forgejo.url} (alice/alice-password, bob/bob-password)\n`)

function refuse(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(exitCode.configuration)
}
