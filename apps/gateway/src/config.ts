import { isForgejoScope } from '@fjmcp-broker/shared/catalogue/forgejo-scope'
import { defaultForgejoScopes } from '@fjmcp-broker/shared/catalogue/default-scopes'
import { type Environment, parseEnvironment, type ReadFile, type SettingProblem } from '@fjmcp-broker/shared/env'
import type { Result } from '@fjmcp-broker/shared/result'
import { adminSocket, forgejoUrl, listenAddress, logLevel, maxMessageBytes, runnerSocket, wholeNumber } from '@fjmcp-broker/shared/settings'
import { z } from 'zod'
import { isLoopbackHost } from './domain/loopback-host.ts'

export type GatewaySettings = z.output<typeof schema>

const schema = z
  .object({
    FJMCP_BROKER_PUBLIC_URL: z
      .string({ error: 'required: the URL that clients use, such as https://mcp.example.org' })
      .transform(parsePublicUrl),
    FORGEJO_URL: forgejoUrl,
    FORGEJO_OAUTH_CLIENT_ID: z.string({ error: 'required: the client ID of the OAuth2 application registered in Forgejo' }),
    FORGEJO_OAUTH_CLIENT_SECRET: z.string({
      error: 'required: the client secret of that application (or FORGEJO_OAUTH_CLIENT_SECRET_FILE)',
    }),
    FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS: z.string().optional(),
    FJMCP_BROKER_LISTEN: listenAddress('127.0.0.1:8080'),
    FJMCP_BROKER_FORGEJO_SCOPES: z.string().default(defaultForgejoScopes.join(' ')).transform(parseScopes),
    FJMCP_BROKER_DATABASE_URL: z
      .string()
      .regex(/^file:/, { error: 'a libSQL file such as file:./data/broker.db' })
      .default('file:./data/broker.db'),
    FJMCP_BROKER_RUNNER_SOCKET: runnerSocket,
    FJMCP_BROKER_ADMIN_SOCKET: adminSocket,
    FJMCP_BROKER_LOG_LEVEL: logLevel,
    FJMCP_BROKER_MAX_MESSAGE_BYTES: maxMessageBytes,
    FJMCP_BROKER_REGISTRATIONS_PER_MINUTE: wholeNumber({ least: 1, most: 100_000, standard: 60 }),
    FJMCP_BROKER_ALLOWED_ORIGINS: z.string().default('').transform(parseOrigins),
    FJMCP_BROKER_REDIRECT_SCHEMES: z.string().default('cursor vscode vscode-insiders windsurf').transform(parseRedirectSchemes),
  })
  .transform((values) => ({
    publicUrl: values.FJMCP_BROKER_PUBLIC_URL,
    forgejoUrl: values.FORGEJO_URL,
    clientId: values.FORGEJO_OAUTH_CLIENT_ID,
    clientSecret: values.FORGEJO_OAUTH_CLIENT_SECRET,
    previousClientSecret: values.FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS,
    listen: values.FJMCP_BROKER_LISTEN,
    forgejoScopes: values.FJMCP_BROKER_FORGEJO_SCOPES,
    databaseUrl: values.FJMCP_BROKER_DATABASE_URL,
    runnerSocket: values.FJMCP_BROKER_RUNNER_SOCKET,
    adminSocket: values.FJMCP_BROKER_ADMIN_SOCKET,
    logLevel: values.FJMCP_BROKER_LOG_LEVEL,
    maxMessageBytes: values.FJMCP_BROKER_MAX_MESSAGE_BYTES,
    registrationsPerMinute: values.FJMCP_BROKER_REGISTRATIONS_PER_MINUTE,
    /** Origins of browser clients, besides our own and loopback ones. */
    allowedOrigins: values.FJMCP_BROKER_ALLOWED_ORIGINS,
    /** Private-use schemes without a dot that redirect URIs may have (`cursor`). */
    redirectSchemes: values.FJMCP_BROKER_REDIRECT_SCHEMES,
  }))

const secrets = ['FORGEJO_OAUTH_CLIENT_SECRET', 'FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS', 'FORGEJO_OAUTH_CLIENT_ID']

/** Parses the gateway's settings; the failure names every variable that is missing or wrong and what is expected of it. */
export function parseGatewaySettings(environment: Environment, readFile: ReadFile): Result<GatewaySettings, readonly SettingProblem[]> {
  return parseEnvironment({ schema, environment, secrets, readFile })
}

/** The public URL is an origin: every URL in metadata and redirects is made from it, never from a request. */
function parsePublicUrl(text: string, context: z.RefinementCtx<string>): string {
  const expected = 'an origin without a path, https:// (or http:// on localhost), such as https://mcp.example.org'
  const url = URL.parse(text)
  const isOrigin =
    url !== null && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  const isSecure = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname))
  if (isOrigin && isSecure) return url.origin
  context.addIssue(expected)
  return z.NEVER
}

function parseScopes(text: string, context: z.RefinementCtx<string>): readonly string[] {
  const names = splitWords(text)
  const unknown = names.filter((name) => !isForgejoScope(name))
  if (names.length > 0 && unknown.length === 0) return names
  context.addIssue(
    `Forgejo scopes such as "read:user write:repository", separated by spaces${unknown.length > 0 ? ` (unknown: ${unknown.join(', ')})` : ''}`,
  )
  return z.NEVER
}

function parseOrigins(text: string, context: z.RefinementCtx<string>): readonly string[] {
  const origins = splitWords(text)
  if (origins.every((origin) => URL.parse(origin)?.origin === origin)) return origins
  context.addIssue('origins such as https://app.example.org, separated by spaces')
  return z.NEVER
}

function parseRedirectSchemes(text: string, context: z.RefinementCtx<string>): readonly string[] {
  const schemes = splitWords(text)
  const dangerous = new Set([
    'http',
    'https',
    'javascript',
    'data',
    'file',
    'blob',
    'about',
    'ws',
    'wss',
    'ftp',
    'mailto',
    'vbscript',
    'view-source',
  ])
  if (schemes.every((scheme) => /^[a-z][a-z0-9+.-]*$/.test(scheme) && !dangerous.has(scheme))) return schemes
  context.addIssue('names of private-use URI schemes such as cursor, separated by spaces, in lower case, without colon')
  return z.NEVER
}

function splitWords(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '')
}
