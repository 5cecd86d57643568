import type { Grant } from '../../grant-store.ts'
import type { Store } from '../../store.ts'

/** Gives a grant a session, a pair of tokens in the family `fam_<name>`, and a code that nobody has exchanged. All is good until 1,000. */
export async function makeAccess(store: Store, grant: Grant, name: string): Promise<void> {
  const { id: grantId, userId, clientId, accessLevel, resource } = grant
  const code = {
    grantId,
    clientId,
    redirectUri: 'http://127.0.0.1/callback',
    codeChallenge: 'c',
    resource,
    accessLevel,
    expiresAtMs: 1_000,
  }
  await store.tokens.insertCode({ ...code, hash: `code ${name}` })
  await store.tokens.insertCode({ ...code, hash: `unused code ${name}` })
  const issued = {
    accessHash: `access ${name}`,
    accessExpiresAtMs: 1_000,
    refreshHash: `refresh ${name}`,
    refreshExpiresAtMs: 1_000,
  }
  await store.tokens.exchangeCode({ codeHash: `code ${name}`, familyId: `fam_${name}`, issued, nowMs: 1 })
  await store.sessions.insert({
    id: `ses_${name}`,
    hash: `session ${name}`,
    grantId,
    userId,
    clientId,
    protocolVersion: '2025-11-25',
    logLevel: null,
    createdAtMs: 1,
  })
}
