import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import { isOfType } from '../domain/media-types.ts'
import { type ClientMetadata, registrationError } from '../domain/oauth/client/registration.ts'
import { formatScope } from '../domain/oauth/scope.ts'
import { registerClient, type Registered, type RegisterRejection } from '../flows/oauth/register-client.ts'
import type { GatewayEnv } from '../hono-env.ts'
import { formLimit } from '../middleware/form-limit.ts'
import { limitAddress, type Limiting } from '../middleware/limit-address.ts'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { noStore } from '../middleware/no-store.ts'
import { publicCors } from '../middleware/public-cors.ts'
import type { RecordFor } from '../middleware/record-for.ts'

const schema = z
  .object({
    redirect_uris: z.array(z.string()),
    client_name: z.string().nullish(),
    grant_types: z.array(z.string()).nullish(),
    response_types: z.array(z.string()).nullish(),
    token_endpoint_auth_method: z.string().nullish(),
  })
  // Some clients send null for what they leave out.
  .transform((metadata): ClientMetadata => ({
    redirectUris: metadata.redirect_uris,
    clientName: metadata.client_name ?? undefined,
    grantTypes: metadata.grant_types ?? undefined,
    responseTypes: metadata.response_types ?? undefined,
    authMethod: metadata.token_endpoint_auth_method ?? undefined,
  }))

type Deps = Pick<GatewayDependencies, 'settings' | 'store' | 'clock' | 'newId' | 'secrets'> & Limiting & { readonly recordFor: RecordFor }

/**
 * `/oauth/register`: lets a client make itself known.
 *
 * @see RFC 7591 §3
 */
export function registerRoutes(deps: Deps): Hono<GatewayEnv> {
  const limited = limitAddress({ limit: deps.limits.registrations, addressOf: deps.addressOf })
  const app = new Hono<GatewayEnv>()
  app.use('/oauth/register', publicCors(['POST']), noStore)
  app.post('/oauth/register', limited, formLimit(deps, refuseLarge), async (c) => {
    const metadata = schema.safeParse(await readJson(c))
    if (!metadata.success) return refuse(c, 'invalid_client_metadata', describeIssue(metadata.error))
    const client = await registerClient({ ...deps, record: deps.recordFor(c) }, metadata.data)
    return client.ok ? c.json(toWire(client.value), 201) : refuseRegistration(c, client.error)
  })
  app.all('/oauth/register', methodNotAllowed('POST', 'OPTIONS'))
  return app
}

/**
 * All that is registered, and the secret, which does not expire. What else a client said of itself (`logo_uri`, `contacts`, `software_id`)
 * is used nowhere, so not kept and not repeated: the answer tells a client what it is registered with.
 *
 * @see RFC 7591 §3.2.1
 */
function toWire({ client, clientSecret }: Registered) {
  return {
    client_id: client.id,
    client_id_issued_at: Math.floor(client.createdAtMs / 1000),
    client_name: client.name,
    redirect_uris: client.redirectUris,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: client.authMethod,
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret, client_secret_expires_at: 0 }),
    scope: formatScope('full'),
  }
}

async function readJson(c: Context<GatewayEnv>): Promise<unknown> {
  if (!isOfType(c.req.header('content-type'), 'application/json')) return undefined
  try {
    return await c.req.json()
  } catch {
    return undefined
  }
}

function describeIssue({ issues: [issue] }: z.ZodError): string {
  const path = issue?.path.join('.') ?? ''
  return path === '' ? 'the body must be a JSON object, sent as application/json' : `${path}: ${issue?.message ?? 'is wrong'}`
}

function refuseRegistration(c: Context<GatewayEnv>, rejection: RegisterRejection): Response {
  if (rejection.reason === 'too_many_registrations') {
    c.header('Retry-After', String(rejection.retryAfterSeconds))
    return c.json({ error: 'temporarily_unavailable', error_description: 'too many clients are registering; try again later' }, 429)
  }
  const { error, description } = registrationError(rejection)
  return refuse(c, error, description)
}

function refuse(c: Context<GatewayEnv>, error: string, description: string): Response {
  return c.json({ error, error_description: description }, 400)
}

function refuseLarge(c: Context<GatewayEnv>): Response {
  return c.json({ error: 'invalid_client_metadata', error_description: 'the body is larger than 64 KB' }, 413)
}
