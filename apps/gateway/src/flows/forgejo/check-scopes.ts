import type { GatewayDependencies } from '../../dependencies.ts'
import { describeFailure } from '../../describe-failure.ts'
import type { RecordEvent } from '../../domain/audit/audit-event.ts'
import { compareScopes } from '../../domain/forgejo/compare-scopes.ts'

type Deps = Pick<GatewayDependencies, 'settings' | 'store' | 'forgejo' | 'log'> & { readonly record: RecordEvent }

export interface NewCredential {
  readonly userId: string
  readonly login: string
  readonly generation: number
  readonly accessToken: string
}

/**
 * Asks Forgejo what the tokens of a sign-in may really do, keeps it beside them, and reports a grant that is wider or narrower than what is
 * asked: Forgejo silently keeps the scopes of a user's first sign-in. It only informs, so a failure is logged. Never rejects.
 */
export async function checkForgejoScopes(deps: Deps, credential: NewCredential): Promise<void> {
  const { log } = deps
  const { userId } = credential
  try {
    const answer = await deps.forgejo.scopesOf(credential.accessToken)
    if (!answer.ok) return log.warn('forgejo_scopes_not_learnt', { userId, reason: answer.error.reason, detail: answer.error.detail })
    report(deps, credential, answer.value)
    const { generation } = credential
    await deps.store.credentials.noteScopes({ userId, generation, scopes: answer.value })
  } catch (error) {
    log.error('forgejo_scopes_check_failed', { userId, ...describeFailure(error) })
  }
}

/** The user has to do it: an application cannot end its own grant at Forgejo. */
const remedy = 'the user revokes the application in Forgejo under Settings > Applications and signs in again'

function report({ settings, record, log }: Deps, { userId, login }: NewCredential, scopes: readonly string[]): void {
  const { extra, missing } = compareScopes(scopes, settings.forgejoScopes)
  if (missing.length > 0) log.warn('forgejo_scopes_too_narrow', { userId, login, missing, remedy })
  if (extra.length > 0) record({ type: 'credential_scopes_too_wide', userId, details: { extra, remedy } })
}
