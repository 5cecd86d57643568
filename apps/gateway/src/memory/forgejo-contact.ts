import type { GatewayDependencies } from '../dependencies.ts'
import type { Forgejo } from '../upstream/forgejo.ts'

/** Whether Forgejo answers, as last seen; `detail` says what went wrong then. */
export type ForgejoReach = { readonly state: 'unknown' | 'reached' } | { readonly state: 'not_reached'; readonly detail: string }

export interface ForgejoContact {
  /** Tells at once whether Forgejo was there when it was last asked, and asks again in the background when that is a while ago. */
  readonly lastSeen: () => ForgejoReach
  /** Asks for the version, as the port does, and remembers whether there was an answer. */
  readonly version: Forgejo['version']
}

/** @param staleAfterMs How old an answer may be before Forgejo is asked again; nobody makes us ask more often. */
export function createForgejoContact(
  { forgejo, clock, waitUntil }: Pick<GatewayDependencies, 'forgejo' | 'clock' | 'waitUntil'>,
  staleAfterMs = 30_000,
): ForgejoContact {
  let reach: ForgejoReach = { state: 'unknown' }
  let askedAtMs = Number.NEGATIVE_INFINITY

  return {
    lastSeen() {
      if (clock() - askedAtMs >= staleAfterMs) waitUntil(ask().then(() => {}))
      return reach
    },
    version: ask,
  }

  async function ask(accessToken?: string): ReturnType<Forgejo['version']> {
    askedAtMs = clock()
    const version = await forgejo.version(accessToken)
    // A Forgejo that tells nothing without a sign-in is there all the same.
    const isThere = version.ok || version.error.reason === 'token_refused'
    reach = isThere ? { state: 'reached' } : { state: 'not_reached', detail: version.error.detail }
    return version
  }
}
