import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { GatewayDependencies } from '../../dependencies.ts'
import type { RecordEvent } from '../../domain/audit/audit-event.ts'
import { fullBucket, takeToken } from '../../domain/oauth/rate-limit.ts'
import { checkRegistration, type ClientMetadata, type RegistrationRejection } from '../../domain/oauth/registration.ts'
import type { Client } from '../../store/client-store.ts'

export type RegisterRejection = RegistrationRejection | { readonly reason: 'too_many_registrations'; readonly retryAfterSeconds: number }

export interface RegisteredClient {
  readonly client: Client
  /** Given out this once: only its hash is kept. Undefined for a public client. */
  readonly clientSecret: string | undefined
}

/** Registers a client that passes the rules, as long as there are not too many a minute. */
export type RegisterClient = (metadata: ClientMetadata, record: RecordEvent) => Promise<Result<RegisteredClient, RegisterRejection>>

/** The cap counts registrations of everybody: behind a reverse proxy all come from one address. */
export function createRegisterClient({
  settings,
  store,
  clock,
  newId,
  secrets,
}: Pick<GatewayDependencies, 'settings' | 'store' | 'clock' | 'newId' | 'secrets'>): RegisterClient {
  const rules = { privateSchemes: settings.redirectSchemes, ownOrigin: settings.publicUrl }
  let bucket = fullBucket(settings.registrationsPerMinute, clock())

  return async (metadata, record) => {
    const checked = checkRegistration(metadata, rules)
    if (!checked.ok) return checked
    const nowMs = clock()
    const taken = takeToken(bucket, settings.registrationsPerMinute, nowMs)
    bucket = taken.bucket
    if (!taken.allowed) return err({ reason: 'too_many_registrations', retryAfterSeconds: taken.retryAfterSeconds })
    const clientSecret = checked.value.authMethod === 'none' ? undefined : secrets.create('client_secret')
    const client = {
      id: newId('cli'),
      ...checked.value,
      secretHash: clientSecret === undefined ? null : secrets.hash(clientSecret),
      documentExpiresAtMs: null,
      createdAtMs: nowMs,
    }
    await store.clients.insert(client)
    await record({
      type: 'client_registered',
      clientId: client.id,
      clientName: client.name,
      details: { redirectUris: client.redirectUris, authMethod: client.authMethod },
    })
    return ok({ client, clientSecret })
  }
}
