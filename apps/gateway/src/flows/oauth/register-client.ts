import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { GatewayDependencies } from '../../dependencies.ts'
import type { RecordEvent } from '../../domain/audit/audit-event.ts'
import { checkRegistration, type ClientMetadata, type RegistrationRejection } from '../../domain/oauth/client/registration.ts'
import type { RateLimits } from '../../memory/rate-limits.ts'
import type { Client } from '../../store/client-store.ts'

export type RegisterRejection = RegistrationRejection | { readonly reason: 'too_many_registrations'; readonly retryAfterSeconds: number }

export interface Registered {
  readonly client: Client
  /** Given out this once: only its hash is kept. Undefined for a public client. */
  readonly clientSecret: string | undefined
}

type Deps = Pick<GatewayDependencies, 'settings' | 'store' | 'clock' | 'newId' | 'secrets'> & {
  readonly limits: Pick<RateLimits, 'allRegistrations'>
  readonly record: RecordEvent
}

/** Registers a client that passes the rules, as long as not too many do in a minute, from wherever they come: each of them is a row. */
export async function registerClient(deps: Deps, metadata: ClientMetadata): Promise<Result<Registered, RegisterRejection>> {
  const { settings, store, clock, newId, secrets, limits, record } = deps
  const checked = checkRegistration(metadata, { privateSchemes: settings.redirectSchemes, ownOrigin: settings.publicUrl })
  if (!checked.ok) return checked
  const retryAfterSeconds = limits.allRegistrations.take('everybody')
  if (retryAfterSeconds > 0) return err({ reason: 'too_many_registrations', retryAfterSeconds })
  const clientSecret = checked.value.authMethod === 'none' ? undefined : secrets.create('client_secret')
  const client = {
    id: newId('cli'),
    ...checked.value,
    secretHash: clientSecret === undefined ? null : secrets.hash(clientSecret),
    documentExpiresAtMs: null,
    createdAtMs: clock(),
  }
  await store.clients.insert(client)
  record({
    type: 'client_registered',
    clientId: client.id,
    clientName: client.name,
    details: { redirectUris: client.redirectUris, authMethod: client.authMethod },
  })
  return ok({ client, clientSecret })
}
