import { isForgejoScope } from '@fjmcp-broker/shared/catalogue/forgejo-scope'
import { defaultForgejoScopes } from '@fjmcp-broker/shared/catalogue/default-scopes'
import { checkEnvironment, type Environment, parseEnvironment, type SettingProblem } from '@fjmcp-broker/shared/env'
import { isKernelsOwn, isSamePath } from '@fjmcp-broker/shared/path-in-setting'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { ReadSecretFile } from '@fjmcp-broker/shared/secret-file'
import {
  adminSocket,
  drainSeconds,
  forgejoUrl,
  logFormat,
  logLevel,
  metricsListen,
  metricsToken,
  maxMessageBytes,
  runnerSocket,
  wholeNumber,
} from '@fjmcp-broker/shared/settings'
import { z } from 'zod'
import { type EncryptionKey, parseEncryptionKeys } from './domain/keys/encryption-keys.ts'
import { isLoopbackHost } from './domain/network/loopback-host.ts'
import { parseTrustedProxies, type TrustedProxies } from './domain/network/trusted-proxies.ts'
import { isPrivateUseScheme } from './domain/oauth/client/redirect-schemes.ts'

export type GatewaySettings = ReturnType<typeof nameSettings>

/** The gateway's settings as they stand in the environment. */
export const gatewayEnvironment = z.object({
  FJMCP_BROKER_PUBLIC_URL: z
    .string({ error: 'required: the URL that clients use, such as https://mcp.example.org' })
    .transform(parsePublicUrl)
    .meta({
      description:
        'The URL that clients use: an origin without a path, `https://`, or `http://` on localhost. Every URL in metadata and redirects is made from it.',
    }),
  FORGEJO_URL: forgejoUrl,
  FORGEJO_OAUTH_CLIENT_ID: z.string({ error: 'required: the client ID of the OAuth2 application registered in Forgejo' }).meta({
    description: 'Client ID of the OAuth2 application in Forgejo. Its redirect URI is the public URL and `/oauth/callback`.',
    fromFile: true,
  }),
  FORGEJO_OAUTH_CLIENT_SECRET: z
    .string({ error: 'required: the client secret of that application (or FORGEJO_OAUTH_CLIENT_SECRET_FILE)' })
    .meta({
      description:
        "Client secret of that application. Without `FJMCP_BROKER_ENCRYPTION_KEYS`, the key that encrypts Forgejo's tokens in the database is made from it.",
      secret: true,
    }),
  FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS: z.string().optional().meta({
    description:
      'After a change of the client secret: the old one, so that the tokens in the database can still be opened. Needed until the log says `credentials_resealed`.',
    secret: true,
  }),
  FJMCP_BROKER_ENCRYPTION_KEYS: z.string().default('').transform(parseKeys).meta({
    description:
      "Keys of your own that encrypt Forgejo's tokens in the database, instead of the one made from the client secret: `name:key`, separated by commas, each key 32 random bytes in base64. The first encrypts, all open. `fjmcp-broker keys rotate` makes one and says how to take it into use.",
    secret: true,
  }),
  FJMCP_BROKER_FORGEJO_SCOPES: z.string().default(defaultForgejoScopes.join(' ')).transform(parseScopes).meta({
    description:
      'Scopes asked of Forgejo, separated by spaces; the default is what the tools need. Forgejo keeps what a user first agreed to, so decide before the first sign-in.',
  }),
  FJMCP_BROKER_DATABASE_URL: z
    .string()
    .regex(/^file:/, { error: 'a libSQL file such as file:./data/broker.db' })
    .refine((url) => !isKernelsOwn(url.replace(/^file:(?:\/\/[^/]*)?/, '')), { error: 'a file outside /proc and /sys' })
    .default('file:./data/broker.db')
    .meta({ description: 'The libSQL database file. Its folder is made, for its owner alone.' }),
  FJMCP_BROKER_RUNNER_SOCKET: runnerSocket,
  FJMCP_BROKER_ADMIN_SOCKET: adminSocket,
  FJMCP_BROKER_METRICS_LISTEN: metricsListen,
  FJMCP_BROKER_METRICS_TOKEN: metricsToken,
  FJMCP_BROKER_LOG_LEVEL: logLevel,
  FJMCP_BROKER_LOG_FORMAT: logFormat,
  FJMCP_BROKER_MAX_MESSAGE_BYTES: maxMessageBytes,
  FJMCP_BROKER_DRAIN_SECONDS: drainSeconds,
  FJMCP_BROKER_REGISTRATIONS_PER_MINUTE: wholeNumber({ least: 1, most: 100_000, standard: 30 }).meta({
    description: 'Registrations of clients per minute from one address; from all addresses together five times as many.',
  }),
  FJMCP_BROKER_SIGN_INS_PER_MINUTE: wholeNumber({ least: 1, most: 100_000, standard: 60 }).meta({
    description:
      'Sign-ins per minute from one address: as many may be begun, as many decided at the consent page, as many come back from Forgejo.',
  }),
  FJMCP_BROKER_TOKEN_REQUESTS_PER_MINUTE: wholeNumber({ least: 1, most: 100_000, standard: 300 }).meta({
    description:
      'Requests for tokens and their revocation per minute from one address, a fifth of which may be refused ones; all users of a service such as claude.ai share its few addresses. One client is given four times as many tokens, from wherever it asks, of which one user gets 30 at most.',
  }),
  FJMCP_BROKER_FAILED_TOKENS_PER_MINUTE: wholeNumber({ least: 1, most: 100_000, standard: 60 }).meta({
    description:
      'Wrong bearer tokens at `/mcp` per minute from one address that are answered with 401, further ones with 429. Good tokens always pass.',
  }),
  FJMCP_BROKER_REFRESH_GRACE_SECONDS: wholeNumber({ least: 0, most: 300, standard: 30 }).meta({
    description:
      'How long a refresh token that was used gives the same answer again, so that several processes of one client do not log each other out. A later use ends all tokens that came of it.',
  }),
  FJMCP_BROKER_AUDIT_RETENTION_DAYS: wholeNumber({ least: 1, most: 3_650, standard: 365 }).meta({
    description: 'How many days the audit log is kept in the database. An event takes about 400 bytes.',
  }),
  FJMCP_BROKER_SESSIONS_PER_USER: wholeNumber({ least: 1, most: 100_000, standard: 100 }).meta({
    description:
      'How many MCP sessions one user may have. Another one ends one of the client that has the most of them: one in which nothing is open before one with a stream, that before one with a call, and of several the one used longest ago. Its client begins a new one by itself.',
  }),
  FJMCP_BROKER_MAX_SESSIONS: wholeNumber({ least: 1, most: 1_000_000, standard: 20_000 }).meta({
    description:
      'How many MCP sessions all users together may have. Another one ends a session of the user who has the most, as above. An idle session takes some kilobytes.',
  }),
  FJMCP_BROKER_SESSION_IDLE_DAYS: wholeNumber({ least: 1, most: 3_650, standard: 30 }).meta({
    description: 'After how many days without use a session ends. Nothing else ends it but its client, its access or a limit.',
  }),
  FJMCP_BROKER_ALLOWED_ORIGINS: z.string().default('').transform(parseOrigins).meta({
    description: "Origins of web pages that may call `/mcp`, besides the broker's own and loopback ones, separated by spaces.",
  }),
  FJMCP_BROKER_TRUSTED_PROXIES: z.string().default('loopback private own').transform(parseProxies).meta({
    description:
      'Proxies whose `X-Forwarded-For` is believed, separated by spaces: addresses, networks (`192.0.2.0/24`), `loopback`, `private` (the private and link-local ranges), `own` (the addresses of the container itself), or `none`. Rate limits and the audit log use that address and nothing else does. Whoever sits at such an address can forge it: people in your own network unless you name the proxy alone, and a child program on loopback.',
  }),
  FJMCP_BROKER_CLIENT_METADATA_DOCUMENTS: z.enum(['on', 'off'], { error: 'on or off' }).default('on').meta({
    description:
      'Whether clients may name themselves by the URL of a metadata document. The broker then fetches that document, by HTTPS from public addresses only. `off`: such clients cannot sign in, and the broker connects to nothing but Forgejo.',
  }),
  FJMCP_BROKER_REDIRECT_SCHEMES: z.string().default('cursor vscode vscode-insiders windsurf').transform(parseRedirectSchemes).meta({
    description:
      'Private-use schemes without a dot that clients may register as redirect URIs, separated by spaces. These need a host (`cursor://host/path`). Those in reverse-DNS form (`com.example.app`) are always allowed.',
  }),
})

/**
 * Parses the gateway's settings; the failure names every variable that is missing or wrong and what is expected of it.
 *
 * @param readSecretFile Needed where a `_FILE` may be given.
 */
export function parseGatewaySettings(
  environment: Environment,
  readSecretFile?: ReadSecretFile,
): Result<GatewaySettings, readonly SettingProblem[]> {
  const parsed = parseEnvironment({ schema: gatewayEnvironment, environment, readSecretFile })
  if (!parsed.ok) return parsed
  const problems = [...checkSocketsDiffer(environment), ...checkMetricsPair(environment)]
  return problems.length === 0 ? ok(nameSettings(parsed.value)) : err(problems)
}

/** Finds what can be seen to be wrong with the gateway's settings without reading the files that hold secrets. */
export function checkGatewaySettings(environment: Environment): readonly SettingProblem[] {
  return [
    ...checkEnvironment({ schema: gatewayEnvironment, environment }),
    ...checkSocketsDiffer(environment),
    ...checkMetricsPair(environment),
  ]
}

const socketsEnvironment = gatewayEnvironment.pick({ FJMCP_BROKER_RUNNER_SOCKET: true, FJMCP_BROKER_ADMIN_SOCKET: true })

/** On one path the gateway would meet the runner, take it for another broker, and be started again for ever. */
function checkSocketsDiffer(environment: Environment): readonly SettingProblem[] {
  const sockets = parseEnvironment({ schema: socketsEnvironment, environment })
  if (!sockets.ok) return []
  const { FJMCP_BROKER_RUNNER_SOCKET: runner, FJMCP_BROKER_ADMIN_SOCKET: admin } = sockets.value
  if (!isSamePath(runner, admin)) return []
  return [{ name: 'FJMCP_BROKER_ADMIN_SOCKET', expected: 'another path than that of FJMCP_BROKER_RUNNER_SOCKET' }]
}

/** A listener without a token would be open to anybody, and a token without a listener is one that somebody believes to be of use. */
function checkMetricsPair(environment: Environment): readonly SettingProblem[] {
  const isSet = (name: string) => (environment[name] ?? '') !== ''
  const hasListener = isSet('FJMCP_BROKER_METRICS_LISTEN')
  const hasToken = isSet('FJMCP_BROKER_METRICS_TOKEN') || isSet('FJMCP_BROKER_METRICS_TOKEN_FILE')
  if (hasListener === hasToken) return []
  if (hasListener) return [{ name: 'FJMCP_BROKER_METRICS_TOKEN', expected: 'a token for FJMCP_BROKER_METRICS_LISTEN, which is set' }]
  return [{ name: 'FJMCP_BROKER_METRICS_LISTEN', expected: 'an address for FJMCP_BROKER_METRICS_TOKEN, which is set' }]
}

function nameSettings(values: z.output<typeof gatewayEnvironment>) {
  return {
    publicUrl: values.FJMCP_BROKER_PUBLIC_URL,
    forgejoUrl: values.FORGEJO_URL,
    forgejoClientId: values.FORGEJO_OAUTH_CLIENT_ID,
    forgejoClientSecret: values.FORGEJO_OAUTH_CLIENT_SECRET,
    previousForgejoClientSecret: values.FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS,
    /** The operator's own keys; the first encrypts. */
    encryptionKeys: values.FJMCP_BROKER_ENCRYPTION_KEYS,
    forgejoScopes: values.FJMCP_BROKER_FORGEJO_SCOPES,
    databaseUrl: values.FJMCP_BROKER_DATABASE_URL,
    runnerSocket: values.FJMCP_BROKER_RUNNER_SOCKET,
    adminSocket: values.FJMCP_BROKER_ADMIN_SOCKET,
    /** Both, or neither where nobody is to measure. */
    metricsListen: values.FJMCP_BROKER_METRICS_LISTEN,
    metricsToken: values.FJMCP_BROKER_METRICS_TOKEN,
    logLevel: values.FJMCP_BROKER_LOG_LEVEL,
    logFormat: values.FJMCP_BROKER_LOG_FORMAT,
    maxMessageBytes: values.FJMCP_BROKER_MAX_MESSAGE_BYTES,
    drainMs: values.FJMCP_BROKER_DRAIN_SECONDS * 1000,
    registrationsPerMinute: values.FJMCP_BROKER_REGISTRATIONS_PER_MINUTE,
    signInsPerMinute: values.FJMCP_BROKER_SIGN_INS_PER_MINUTE,
    tokenRequestsPerMinute: values.FJMCP_BROKER_TOKEN_REQUESTS_PER_MINUTE,
    failedTokensPerMinute: values.FJMCP_BROKER_FAILED_TOKENS_PER_MINUTE,
    auditRetentionMs: values.FJMCP_BROKER_AUDIT_RETENTION_DAYS * 24 * 60 * 60_000,
    sessionLimits: { perUser: values.FJMCP_BROKER_SESSIONS_PER_USER, inAll: values.FJMCP_BROKER_MAX_SESSIONS },
    sessionIdleMs: values.FJMCP_BROKER_SESSION_IDLE_DAYS * 24 * 60 * 60_000,
    refreshGraceMs: values.FJMCP_BROKER_REFRESH_GRACE_SECONDS * 1000,
    /** Origins of browser clients, besides our own and loopback ones. */
    allowedOrigins: values.FJMCP_BROKER_ALLOWED_ORIGINS,
    /** Proxies whose word about the address of a client is taken. */
    trustedProxies: values.FJMCP_BROKER_TRUSTED_PROXIES,
    /** Whether a client may be known by its metadata document. */
    clientDocuments: values.FJMCP_BROKER_CLIENT_METADATA_DOCUMENTS === 'on',
    /** Private-use schemes without a dot that redirect URIs may have (`cursor`). */
    redirectSchemes: values.FJMCP_BROKER_REDIRECT_SCHEMES,
  }
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

function parseKeys(text: string, context: z.RefinementCtx<string>): readonly EncryptionKey[] {
  const keys = parseEncryptionKeys(text)
  if (keys.ok) return keys.value
  for (const problem of keys.error) context.addIssue(problem)
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

function parseProxies(text: string, context: z.RefinementCtx<string>): TrustedProxies {
  const proxies = parseTrustedProxies(text)
  if (proxies.ok) return proxies.value
  const { unknown } = proxies.error
  context.addIssue(
    `loopback, private, own, addresses and networks such as 192.0.2.0/24, separated by spaces, or none alone${unknown.length > 0 ? ` (unknown: ${unknown.join(', ')})` : ''}`,
  )
  return z.NEVER
}

function parseRedirectSchemes(text: string, context: z.RefinementCtx<string>): readonly string[] {
  const schemes = splitWords(text)
  if (schemes.every(isPrivateUseScheme)) return schemes
  context.addIssue('names of private-use URI schemes such as cursor, separated by spaces, in lower case, without colon')
  return z.NEVER
}

function splitWords(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '')
}
