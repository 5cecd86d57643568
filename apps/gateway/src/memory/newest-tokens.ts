import { createBoundedMap } from '@fjmcp-broker/shared/bounded-map'
import { ok, type Result } from '@fjmcp-broker/shared/result'
import type { Forgejo, ForgejoFailure, ForgejoTokens } from '../upstream/forgejo.ts'

/** Tokens, and when they were asked for and came: places in one order of all such events. */
export interface DatedTokens {
  readonly tokens: ForgejoTokens
  readonly asked: number
  readonly came: number
}

/**
 * Knows which of a user's sign-ins has the tokens that live: each reply of Forgejo voids the refresh tokens before it, and of two sign-ins at
 * the same time nobody tells which one it answered last.
 */
export interface NewestTokens {
  ask(request: () => Promise<Result<ForgejoTokens, ForgejoFailure>>): Promise<Result<DatedTokens, ForgejoFailure>>
  /**
   * Finds out whether these are the living ones of this user, by a refresh where that cannot be told otherwise: what it brings takes their
   * place. `undefined`: those of another sign-in live. Call it once for each reply.
   */
  settle(sub: string, dated: DatedTokens): Promise<DatedTokens | undefined>
  /** Whether what `settle` gave still is the last that it found alive. */
  areNewest(sub: string, dated: DatedTokens): boolean
}

export function createNewestTokens({ forgejo }: { readonly forgejo: Pick<Forgejo, 'refresh'> }): NewestTokens {
  let events = 0
  const newest = createBoundedMap<Pick<DatedTokens, 'asked' | 'came'>>(10_000)
  /** By `sub`: of two at once the second compares itself with what the first has found. */
  const settling = new Map<string, Promise<unknown>>()

  return {
    ask,
    settle(sub, dated) {
      const settled = (settling.get(sub) ?? Promise.resolve()).then(() => compare(sub, dated))
      settling.set(sub, settled)
      return settled.finally(() => {
        if (settling.get(sub) === settled) settling.delete(sub)
      })
    },
    areNewest: (sub, { asked }) => (newest.get(sub)?.asked ?? asked) === asked,
  }

  async function ask(request: () => Promise<Result<ForgejoTokens, ForgejoFailure>>): Promise<Result<DatedTokens, ForgejoFailure>> {
    const asked = ++events
    const tokens = await request()
    return tokens.ok ? ok({ tokens: tokens.value, asked, came: ++events }) : tokens
  }

  async function compare(sub: string, dated: DatedTokens): Promise<DatedTokens | undefined> {
    const last = newest.get(sub)
    if (last !== undefined && dated.came < last.asked) return undefined
    const isSurelyLater = last === undefined || last.came < dated.asked
    const living = isSurelyLater ? dated : await prove(dated, last)
    if (living !== undefined) newest.set(sub, { asked: living.asked, came: living.came })
    return living
  }

  /** A refresh token that still works is the living one. Where Forgejo does not say, the one asked for later is taken for it. */
  async function prove(dated: DatedTokens, last: Pick<DatedTokens, 'asked'>): Promise<DatedTokens | undefined> {
    const renewed = await ask(() => forgejo.refresh(dated.tokens.refreshToken))
    if (renewed.ok) return renewed.value
    if (renewed.error.reason === 'grant_refused') return undefined
    return dated.asked > last.asked ? dated : undefined
  }
}
