import type { Log } from '@fjmcp-broker/shared/log'
import { and, eq, gt, isNull, or } from 'drizzle-orm'
import type { Sealer } from '../sealing.ts'
import type { SignInStore } from '../sign-in-store.ts'
import type { Database } from './connection.ts'
import { signIns } from './schema.ts'

const columns = {
  id: signIns.id,
  browserHash: signIns.browserHash,
  csrfHash: signIns.csrfHash,
  clientId: signIns.clientId,
  redirectUri: signIns.redirectUri,
  clientState: signIns.clientState,
  codeChallenge: signIns.codeChallenge,
  resource: signIns.resource,
  requestedLevel: signIns.requestedLevel,
  expiresAtMs: signIns.expiresAtMs,
}

export function createSignInStore({ db, sealer, log }: { readonly db: Database; readonly sealer: Sealer; readonly log: Log }): SignInStore {
  return {
    async insert(signIn) {
      await db.insert(signIns).values(signIn)
    },
    find: (id) => db.select(columns).from(signIns).where(eq(signIns.id, id)).get(),
    async approve({ id, browserHash, grantedLevel, upstreamStateHash, upstreamCodeVerifier, nowMs }) {
      const sealedUpstreamCodeVerifier = await sealer.seal(upstreamCodeVerifier, verifierPlace(id))
      const mayApprove = or(isPending, eq(signIns.grantedLevel, grantedLevel))
      const approved = await db
        .update(signIns)
        .set({ grantedLevel, upstreamStateHash, sealedUpstreamCodeVerifier })
        .where(and(eq(signIns.id, id), eq(signIns.browserHash, browserHash), mayApprove, gt(signIns.expiresAtMs, nowMs)))
      return approved.rowsAffected === 1
    },
    async deny({ id, browserHash, nowMs }) {
      const denied = await db
        .delete(signIns)
        .where(and(eq(signIns.id, id), eq(signIns.browserHash, browserHash), isPending, gt(signIns.expiresAtMs, nowMs)))
      return denied.rowsAffected === 1
    },
    async take({ upstreamStateHash, browserHash, nowMs }) {
      const [taken] = await db
        .delete(signIns)
        .where(and(eq(signIns.upstreamStateHash, upstreamStateHash), eq(signIns.browserHash, browserHash), gt(signIns.expiresAtMs, nowMs)))
        .returning({ ...columns, grantedLevel: signIns.grantedLevel, sealedVerifier: signIns.sealedUpstreamCodeVerifier })
      if (taken === undefined) return undefined
      const { grantedLevel, sealedVerifier, ...signIn } = taken
      if (grantedLevel === null || sealedVerifier === null) throw new Error('an approved sign-in lacks its consent')
      const verifier = await sealer.open(sealedVerifier, verifierPlace(signIn.id))
      if (verifier.ok) return { ...signIn, grantedLevel, upstreamCodeVerifier: verifier.value }
      log.error('sign_in_unreadable', { signInId: signIn.id, reason: verifier.error.reason })
      return undefined
    },
  }
}

const isPending = isNull(signIns.upstreamStateHash)

function verifierPlace(id: string) {
  return { table: 'sign_ins', column: 'sealed_upstream_code_verifier', row: id }
}
