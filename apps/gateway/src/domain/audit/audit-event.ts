/** What changes whose access to what: each is kept in the audit log. In the past tense, as in the log. */
export const auditEventTypes = [
  'client_registered',
  'consent_given',
  'consent_denied',
  'user_signed_in',
  'tokens_issued',
  'tokens_refreshed',
  'refresh_token_reused',
  'code_reused',
  'tokens_revoked',
  'grant_ended',
  'client_ended',
  'user_ended',
  'sessions_ended',
  'credential_died',
  'credential_scopes_too_wide',
  'keys_changed',
] as const

export type AuditEventType = (typeof auditEventTypes)[number]

/** What anybody can cause who can reach the broker: nobody has signed in yet. */
export const anonymousEventTypes = ['client_registered', 'consent_denied'] satisfies readonly AuditEventType[]

/** What an operator should look at: somebody else may have a secret, or a person has to act. */
const alarming: ReadonlySet<AuditEventType> = new Set([
  'refresh_token_reused',
  'code_reused',
  'credential_died',
  'credential_scopes_too_wide',
])

/** The level at which the log says it. `otherAddress`: one secret, used from two places. */
export function auditEventLevel({ type, details }: Pick<AuditEvent, 'type' | 'details'>): 'info' | 'warn' {
  return alarming.has(type) || details?.['otherAddress'] === true ? 'warn' : 'info'
}

/** Something that happened, without who asked for it from where: that is added by who records it. Never holds a secret. */
export interface AuditEvent {
  readonly type: AuditEventType
  readonly userId?: string | undefined
  /** Of a user whose row is gone by now; otherwise the store knows it. */
  readonly userLogin?: string | undefined
  readonly clientId?: string | undefined
  /** Of a client whose row is gone by now; otherwise the store knows it. */
  readonly clientName?: string | undefined
  readonly grantId?: string | undefined
  /** What else is worth knowing, such as the access level. */
  readonly details?: Readonly<Record<string, string | number | boolean | null | readonly string[]>> | undefined
}

/**
 * Has what happened kept: it is in the log on return, and in the store soon after. Call it after the act itself; it never throws, since what
 * has happened cannot be refused any more.
 */
export type RecordEvent = (event: AuditEvent) => void
