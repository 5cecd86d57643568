import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js'
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'
import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js'

/** Takes a person's part: opens the authorization URL, signs in, and returns the redirect that ends at the client. */
export type Authorize = (authorizationUrl: URL) => Promise<URL>

/** An MCP client of the official SDK that has signed in. */
export interface McpClient {
  readonly client: Client
  readonly transport: StreamableHTTPClientTransport
  tokens(): OAuthTokens | undefined
  /** What it is registered as. */
  clientId(): string | undefined
  /**
   * Runs something that needs access; where the SDK says that signing in is needed, does that once and runs it again, in the
   * same session.
   */
  signedIn<Outcome>(act: () => Promise<Outcome>): Promise<Outcome>
}

/**
 * Connects the official SDK's client to an MCP server by OAuth, as any remote client does: discovery, registration, PKCE, sign-in.
 *
 * @param options `authMethod` is the one that it registers with, `none` where it is absent.
 */
export async function connectMcpClient({
  mcpUrl,
  name,
  redirectUrl,
  authMethod = 'none',
  authorize,
  fetch,
}: {
  readonly mcpUrl: string
  readonly name: string
  readonly redirectUrl: string
  readonly authMethod?: string
  readonly authorize: Authorize
  readonly fetch?: FetchLike
}): Promise<McpClient> {
  const memory = createClientMemory({ name, redirectUrl, authMethod })
  const transportOptions = { authProvider: memory.provider, ...(fetch === undefined ? {} : { fetch }) }
  const first = new StreamableHTTPClientTransport(new URL(mcpUrl), transportOptions)
  const client = new Client({ name, version: '1.0.0' })
  const transport = await connect()
  return { client, transport, tokens: () => memory.tokens(), clientId: () => memory.clientId(), signedIn }

  async function connect(): Promise<StreamableHTTPClientTransport> {
    try {
      await client.connect(first)
      return first
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error
    }
    await finishSignIn(first)
    // A transport starts once; the tokens are in the provider's memory, so a new one is signed in.
    const second = new StreamableHTTPClientTransport(new URL(mcpUrl), transportOptions)
    await client.connect(second)
    return second
  }

  async function signedIn<Outcome>(act: () => Promise<Outcome>): Promise<Outcome> {
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error
    }
    await finishSignIn(transport)
    return act()
  }

  async function finishSignIn(waiting: StreamableHTTPClientTransport): Promise<void> {
    const redirect = await authorize(memory.authorizationUrl())
    const code = redirect.searchParams.get('code')
    if (code === null) throw new Error(`Sign-in was refused: ${redirect.searchParams.get('error') ?? 'no code came back'}`)
    await waiting.finishAuth(code)
  }
}

interface ClientMemory {
  readonly provider: OAuthClientProvider
  tokens(): OAuthTokens | undefined
  clientId(): string | undefined
  authorizationUrl(): URL
}

function createClientMemory({
  name,
  redirectUrl,
  authMethod,
}: {
  readonly name: string
  readonly redirectUrl: string
  readonly authMethod: string
}): ClientMemory {
  let information: OAuthClientInformationMixed | undefined
  let tokens: OAuthTokens | undefined
  let verifier = ''
  let authorizationUrl: URL | undefined
  const provider: OAuthClientProvider = {
    redirectUrl,
    clientMetadata: {
      client_name: name,
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: authMethod,
    },
    state: () => crypto.randomUUID(),
    clientInformation: () => information,
    saveClientInformation: (saved) => {
      information = saved
    },
    tokens: () => tokens,
    saveTokens: (saved) => {
      tokens = saved
    },
    redirectToAuthorization: (url) => {
      authorizationUrl = url
    },
    saveCodeVerifier: (saved) => {
      verifier = saved
    },
    codeVerifier: () => verifier,
    invalidateCredentials: (scope) => {
      if (scope === 'all' || scope === 'tokens') tokens = undefined
      if (scope === 'all' || scope === 'client') information = undefined
    },
  }
  return {
    provider,
    tokens: () => tokens,
    clientId: () => information?.client_id,
    authorizationUrl: () => {
      if (authorizationUrl === undefined) throw new Error('The client asked for no sign-in.')
      return authorizationUrl
    },
  }
}
