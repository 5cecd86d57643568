/** A total that owners share: each may have a quarter of what the others leave, and not all of it, or few of them could leave nothing. */
export interface FairShare {
  /** Whether an owner may have so much more: whose share is used up where not, the owner's own or that of all together. */
  check(owner: string, more: number): 'own' | 'all' | undefined
  /** Takes that, whether or not it may be had; what is below 0 is given back. */
  add(owner: string, more: number): void
  /** What all have together. */
  taken(): number
  /** How many have any. */
  owners(): number
}

/** @param total In any unit, the one of all that is taken. */
export function createFairShare(total: number): FairShare {
  const byOwner = new Map<string, number>()
  let taken = 0

  return {
    check(owner, more) {
      const own = byOwner.get(owner) ?? 0
      if (own + more > total / 4) return 'own'
      return own + more > (total - (taken - own)) / 4 ? 'all' : undefined
    },
    add(owner, more) {
      const own = (byOwner.get(owner) ?? 0) + more
      taken += more
      if (own > 0) byOwner.set(owner, own)
      else byOwner.delete(owner)
    },
    taken: () => taken,
    owners: () => byOwner.size,
  }
}
