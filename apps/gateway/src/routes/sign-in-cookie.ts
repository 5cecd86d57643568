import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { GatewaySettings } from '../config.ts'
import { signInTtlMs } from '../domain/oauth/lifetimes.ts'

/**
 * The cookies that bind sign-ins to the browser that began them: one for each sign-in, named after it, so that tabs do not disturb each
 * other. Browsers differ in whether they take a `__Host-` or `Secure` cookie over plain http, which is served on loopback only.
 */
export interface SignInCookies {
  /** Sets one, and drops a few of the oldest where a browser holds many. */
  set(c: Context, signInId: string, secret: string): void
  get(c: Context, signInId: string): string | undefined
  drop(c: Context, signInId: string): void
}

const maxCookies = 8
const maxDroppedAtOnce = 8

export function createSignInCookies({ publicUrl }: Pick<GatewaySettings, 'publicUrl'>): SignInCookies {
  const secure = publicUrl.startsWith('https:')
  const prefix = secure ? '__Host-fjmcp-signin-' : 'fjmcp-signin-'
  const attributes = { path: '/', httpOnly: true, sameSite: 'Lax', secure } as const

  return {
    set(c, signInId, secret) {
      for (const id of findSuperfluous(Object.keys(getCookie(c)))) deleteCookie(c, prefix + id, attributes)
      setCookie(c, prefix + signInId, secret, { ...attributes, maxAge: signInTtlMs / 1000 })
    },
    get: (c, signInId) => getCookie(c, prefix + signInId),
    drop(c, signInId) {
      deleteCookie(c, prefix + signInId, attributes)
    },
  }

  /** The ids in these names of cookies that there is no room for beside a new one. Names that we never gave are left alone. */
  function findSuperfluous(names: readonly string[]): readonly string[] {
    const ids = names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
    // They sort by the time of their making.
    const held = ids.filter((id) => /^sig_[0-9A-Z]{26}$/.test(id)).toSorted()
    return held.slice(0, Math.max(0, held.length - maxCookies + 1)).slice(0, maxDroppedAtOnce)
  }
}
