import { hash, randomBytes } from 'node:crypto'
import { createAdmin } from '../src/admin/admin.ts'
import { createGateway } from '../src/app.ts'
import { type GatewaySettings, parseGatewaySettings } from '../src/config.ts'
import type { GatewayDependencies } from '../src/dependencies.ts'
import { createSecrets } from '../src/domain/oauth/secrets.ts'
import { createGatewayMemory, type GatewayMemory } from '../src/memory/gateway-memory.ts'
import { silentProbe } from '../src/probe.ts'
import { openMemoryStore } from '../src/store/memory-store.ts'
import type { Store } from '../src/store/store.ts'
import { createForgejo } from '../src/upstream/arctic-forgejo.ts'
import type { FetchClientDocument } from '../src/upstream/client-documents/client-documents.ts'
import type { Forgejo } from '../src/upstream/forgejo.ts'
import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { createNewId } from '@fjmcp-broker/shared/id'
import { err } from '@fjmcp-broker/shared/result'
import { type Browser, createBrowser } from '@fjmcp-broker/testkit/browser'
import { createFakeForgejo, type FakeForgejo } from '@fjmcp-broker/testkit/forgejo/fake-forgejo'
import { createMockRunner, type MockRunner } from '@fjmcp-broker/testkit/mock-runner'
import { routeByOrigin } from '@fjmcp-broker/testkit/route-by-origin'
import { serveFetch } from '@fjmcp-broker/testkit/serve-fetch'
import { onTestFinished } from 'vitest'
import { type CollectedLog, createCollectedLog } from './oauth/collected-log.ts'
import { createOAuthClient, type OAuthClient, type TokenReply } from './oauth/oauth-client.ts'
import { authorizeInBrowser } from './oauth/sign-in.ts'

export interface HarnessOptions {
  /** Variables besides the four required ones, or instead of them. */
  readonly environment?: Readonly<Record<string, string>>
  /** Stands in front of the store, to fail or to wait. */
  readonly wrapStore?: (store: Store) => Store
  /** Stands in front of Forgejo, to fail or to wait. */
  readonly wrapForgejo?: (forgejo: Forgejo) => Forgejo
  /** The world of clients' metadata documents; empty where none is given. */
  readonly fetchClientDocument?: FetchClientDocument
  /** The waits before a refresh is tried again that Forgejo could not answer; it is not where none are given. */
  readonly refreshRetryDelaysMs?: readonly number[]
  /** How long the gateway, and a browser at its callback, waits for Forgejo. */
  readonly forgejoWaitMs?: number
}

export interface SignedIn {
  readonly client: OAuthClient
  readonly tokens: TokenReply
  readonly userId: string
}

/** The gateway in one process with all it needs: a store in memory, a mock runner, a fake Forgejo behind a real socket. */
export interface Harness {
  readonly settings: GatewaySettings
  readonly store: Store
  readonly runner: MockRunner
  readonly forgejo: FakeForgejo
  readonly clock: { nowMs: number }
  readonly memory: GatewayMemory
  readonly log: CollectedLog
  /** The gateway. */
  readonly fetch: Fetch
  /** What the operator's command asks over the admin socket. */
  readonly admin: Fetch
  /** A fresh browser that reaches the gateway and Forgejo. */
  readonly openBrowser: () => Browser
  readonly registerClient: (metadata?: Readonly<Record<string, unknown>>) => Promise<OAuthClient>
  /** Signs a user in from registration to tokens, as a person with a client and a browser does. */
  readonly signIn: (options: { readonly login: string; readonly level?: AccessLevel; readonly client?: OAuthClient }) => Promise<SignedIn>
  /** Resolves when all work is done that outlives its request. */
  readonly settled: () => Promise<void>
}

const clientId = 'broker'
const clientSecret = 'broker-secret'

/** Makes a harness that ends with the running test. */
export async function createHarness(options: HarnessOptions = {}): Promise<Harness> {
  const clock = { nowMs: Date.UTC(2026, 0, 1) }
  const now = () => clock.nowMs
  const forgejo = createFakeForgejo({ applications: [{ clientId, clientSecret, redirectUris: [] }], clock: now })
  const served = await serveFetch(forgejo.fetch)
  onTestFinished(() => served.close())
  const settings = parseSettings({
    FJMCP_BROKER_PUBLIC_URL: 'https://mcp.example.test',
    FORGEJO_URL: served.url,
    FORGEJO_OAUTH_CLIENT_ID: clientId,
    FORGEJO_OAUTH_CLIENT_SECRET: clientSecret,
    ...options.environment,
  })
  const redirectUri = `${settings.publicUrl}/oauth/callback`
  forgejo.addRedirectUri(clientId, redirectUri)

  const memoryStore = await openMemoryStore(now)
  onTestFinished(() => memoryStore.close())
  const store = options.wrapStore?.(memoryStore) ?? memoryStore
  const runner = createMockRunner()
  const log = createCollectedLog()
  const secrets = createSecrets({ randomBytes, sha256: (text) => hash('sha256', text, 'buffer') })
  const pending = new Set<Promise<void>>()
  const upstream = createForgejo({
    forgejoUrl: settings.forgejoUrl,
    clientId: settings.forgejoClientId,
    clientSecret: settings.forgejoClientSecret,
    redirectUri,
    scopes: settings.forgejoScopes,
    clock: now,
    ...(options.forgejoWaitMs === undefined ? {} : { waitMs: options.forgejoWaitMs }),
  })
  const waitUntil = (work: Promise<void>) => void pending.add(work)
  const stopping = new AbortController().signal
  const deps: GatewayDependencies = {
    settings,
    store,
    runner,
    forgejo: options.wrapForgejo?.(upstream) ?? upstream,
    fetchClientDocument: options.fetchClientDocument ?? (async () => err({ reason: 'no_answer', detail: 'an empty world' })),
    clock: now,
    newId: createNewId(now),
    secrets,
    log,
    probe: silentProbe,
    waitUntil,
    stopping,
    signInTimings: {
      browserWaitMs: options.forgejoWaitMs ?? 10_000,
      retryDelaysMs: [0, 0, 0],
    },
    refreshRetryDelaysMs: options.refreshRetryDelaysMs ?? [],
  }
  const memory = createGatewayMemory(deps)
  const fetch = createGateway(deps, memory)
  const admin = createAdmin(deps, memory)

  const network = routeByOrigin({ [settings.publicUrl]: fetch, [served.url]: forgejo.fetch })
  const openBrowser = () => createBrowser({ fetch: network, clock: now })
  const registerClient = (metadata?: Readonly<Record<string, unknown>>) =>
    createOAuthClient({ fetch, publicUrl: settings.publicUrl, metadata })

  return {
    settings,
    store,
    runner,
    forgejo,
    clock,
    memory,
    log,
    fetch,
    admin,
    openBrowser,
    registerClient,
    async signIn({ login, level = 'read', client: known }) {
      const client = known ?? (await registerClient())
      const answer = await authorizeInBrowser({ browser: openBrowser(), client, login, level })
      const reply = await client.exchange(answer.searchParams.get('code') ?? '')
      if (reply.status !== 200) throw new Error(`${login} could not sign in: ${answer.search}, ${await reply.text()}`)
      const tokens = (await reply.json()) as TokenReply
      const issued = await store.tokens.findAccess(secrets.hash(tokens.access_token))
      return { client, tokens, userId: issued?.userId ?? '' }
    },
    async settled() {
      // What ends may have begun something else.
      for (let known = -1; known < pending.size;) {
        known = pending.size
        await memory.auditTrail.flush()
        await Promise.all(pending)
      }
    },
  }
}

function parseSettings(environment: Readonly<Record<string, string>>): GatewaySettings {
  const settings = parseGatewaySettings(environment)
  if (settings.ok) return settings.value
  throw new Error(settings.error.map(({ name, expected }) => `${name}: ${expected}`).join('\n'))
}
