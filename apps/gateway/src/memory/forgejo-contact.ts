import type { GatewayDependencies } from '../dependencies.ts'

/** Whether Forgejo answers, as last seen; `detail` says what went wrong then. */
export type ForgejoReach = { readonly state: 'unknown' | 'reached' } | { readonly state: 'not_reached'; readonly detail: string }

/** Tells at once whether Forgejo was there when it was last asked, and asks again in the background when that is a while ago. */
export type ForgejoContact = () => ForgejoReach

/** @param staleAfterMs How old an answer may be before Forgejo is asked again; nobody makes us ask more often. */
export function createForgejoContact(
  { forgejo, clock, waitUntil }: Pick<GatewayDependencies, 'forgejo' | 'clock' | 'waitUntil'>,
  staleAfterMs = 30_000,
): ForgejoContact {
  let reach: ForgejoReach = { state: 'unknown' }
  let askedAtMs = Number.NEGATIVE_INFINITY

  async function ask(): Promise<void> {
    const version = await forgejo.version()
    // A Forgejo that tells nothing without a sign-in is there all the same.
    const isThere = version.ok || version.error.reason === 'token_refused'
    reach = isThere ? { state: 'reached' } : { state: 'not_reached', detail: version.error.detail }
  }

  return () => {
    if (clock() - askedAtMs >= staleAfterMs) {
      askedAtMs = clock()
      waitUntil(ask())
    }
    return reach
  }
}
