import { openStoreFile } from './open-file.ts'
import { makeGrant } from './grant.ts'

// Opens a store, fills it with secrets and a session, and lives on until it is killed.

const [path = ''] = process.argv.slice(2)

const store = await openStoreFile(path)
const grant = await makeGrant(store)
const { id: grantId, userId, clientId } = grant
const session = {
  id: 'ses_1',
  hash: 'session hash',
  grantId,
  userId,
  clientId,
  protocolVersion: '2025-11-25',
  logLevel: null,
  createdAtMs: 1,
}
await store.sessions.insert(session)
await store.signIns.insert({
  id: 'sig_1',
  browserHash: 'browser hash',
  csrfHash: 'csrf hash',
  clientId,
  redirectUri: 'http://127.0.0.1/callback',
  clientState: null,
  codeChallenge: 'challenge',
  resource: grant.resource,
  requestedLevel: 'full',
  expiresAtMs: 1_000,
})
const approval = { id: 'sig_1', browserHash: 'browser hash', grantedLevel: 'read', upstreamStateHash: 'state hash', nowMs: 1 } as const
await store.signIns.approve({ ...approval, upstreamCodeVerifier: 'upstream code verifier' })
await store.credentials.lease({ userId, generation: 1, holder: 'first owner', nowMs: 1, untilMs: 60_000 })
process.stdout.write('open\n')
setInterval(() => {}, 60_000)
