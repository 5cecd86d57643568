import type { AuditEventType } from './domain/audit/audit-event.ts'

/** How a call ended as the gateway saw it; `refused` that it did not run, the last three that its response was not seen. */
export const callOutcomes = ['result', 'error', 'credential_dead', 'refused', 'no_response', 'client_left', 'reading_failed'] as const

export type CallOutcome = (typeof callOutcomes)[number]

/** What came of renewing a user's Forgejo tokens. `died`: the user has to sign in again. `failed`: another try may work. */
export const refreshOutcomes = ['renewed', 'died', 'failed'] as const

export type RefreshOutcome = (typeof refreshOutcomes)[number]

/** What is limited, by the names that the log has for it. */
export const limitNames = [
  'registrations',
  'all_registrations',
  'document_fetches',
  'sign_ins',
  'consents',
  'callbacks',
  'token_requests',
  'refused_token_requests',
  'tokens_of_client',
  'tokens_of_grant',
  'failed_tokens',
  'resumptions',
] as const

export type LimitName = (typeof limitNames)[number]

/**
 * Counts what happens, for who measures the broker. Nothing it is told names a person, a client or a session: whoever reads the counts need
 * not be trusted with those. It never throws, and costs so little that it may stand in the way of every call.
 */
export interface GatewayProbe {
  /** @param tool Undefined for a request that calls none. */
  callStarted(tool: string | undefined): CallProbe
  /** @param path Of the URL that was asked for, whatever the client made of it. */
  requestAnswered(path: string, status: number): void
  rateLimited(limit: LimitName): void
  credentialRefreshed(outcome: RefreshOutcome): void
  eventRecorded(type: AuditEventType): void
}

/** One call under way. */
export interface CallProbe {
  /** Told once. */
  finished(outcome: CallOutcome, durationMs: number): void
}

/** Counts nothing. */
export const silentProbe: GatewayProbe = {
  callStarted: () => silentCall,
  requestAnswered: ignore,
  rateLimited: ignore,
  credentialRefreshed: ignore,
  eventRecorded: ignore,
}

const silentCall: CallProbe = { finished: ignore }

function ignore(): void {}
