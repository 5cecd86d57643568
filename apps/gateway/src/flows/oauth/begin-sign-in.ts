import type { GatewayDependencies } from '../../dependencies.ts'
import type { AuthorizeRequest } from '../../domain/oauth/authorize/authorize-request.ts'
import type { AuthorizeTarget } from '../../domain/oauth/authorize/authorize-target.ts'
import { signInTtlMs } from '../../domain/oauth/lifetimes.ts'

/** What the browser gets of a sign-in that has begun: two secrets of which only the hashes are stored. */
export interface BegunSignIn {
  readonly id: string
  /** For the cookie that binds the sign-in to this browser. */
  readonly browserSecret: string
  /** For the consent form. */
  readonly csrfToken: string
}

/** Remembers a checked authorization request until the user has decided. */
export async function beginSignIn(
  { store, secrets, newId, clock, log }: Pick<GatewayDependencies, 'store' | 'secrets' | 'newId' | 'clock' | 'log'>,
  { target, request }: { readonly target: AuthorizeTarget; readonly request: AuthorizeRequest },
): Promise<BegunSignIn> {
  const begun = { id: newId('sig'), browserSecret: secrets.create('none'), csrfToken: secrets.create('none') }
  await store.signIns.insert({
    id: begun.id,
    browserHash: secrets.hash(begun.browserSecret),
    csrfHash: secrets.hash(begun.csrfToken),
    clientId: target.client.id,
    redirectUri: target.redirectUri,
    ...request,
    expiresAtMs: clock() + signInTtlMs,
  })
  log.info('sign_in_begun', { signInId: begun.id, clientId: target.client.id, requestedLevel: request.requestedLevel })
  return begun
}
