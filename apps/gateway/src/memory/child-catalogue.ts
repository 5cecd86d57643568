import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { ok, type Result } from '@fjmcp-broker/shared/result'
import type { ChildCatalogue, ChildFailure, Handshake, ListMethod, Runner } from '@fjmcp-broker/shared/runner/runner'
import { within } from '@fjmcp-broker/shared/within'
import { offerList } from '../domain/policy/offer-list.ts'

/** What the child program is and offers, as every session is told without a child of its own. */
export interface KnownCatalogue {
  readonly handshake: Handshake
  /** The result of a list as a grant of this level may see it, in JSON; undefined where the program does not know the method. */
  list(method: ListMethod, accessLevel: AccessLevel): string | undefined
}

/**
 * What the runner said of the child program, asked for once. Where another version may run now, as after the runner's restart, it is asked
 * again; until that answers, and while nothing can answer, what was known holds.
 */
export interface ChildCatalogueMemory {
  /** A failure says why nothing is known. Throws `RunnerUnavailable` where nothing is known and the runner is out of reach. */
  get(): Promise<Result<KnownCatalogue, ChildFailure>>
}

/** Longer than a child takes to start and to say what it offers; who waits has an answer at hand that is most likely the same. */
const standardPatienceMs = 1_000

/** @param patienceMs How long what was known is held back while it is asked for anew. */
export function createChildCatalogueMemory(
  { runner }: { readonly runner: Pick<Runner, 'catalogue' | 'onCatalogueChanged'> },
  patienceMs = standardPatienceMs,
): ChildCatalogueMemory {
  let known: KnownCatalogue | undefined
  let isCurrent = false
  let changes = 0
  let asking: Promise<Result<KnownCatalogue, ChildFailure>> | undefined

  runner.onCatalogueChanged(() => {
    changes += 1
    isCurrent = false
    // What is asked now may have been said of the version before.
    asking = undefined
  })

  async function ask(): Promise<Result<KnownCatalogue, ChildFailure>> {
    const changesBefore = changes
    try {
      const said = await runner.catalogue()
      if (!said.ok) return said
      const learned = toKnown(said.value)
      if (changes === changesBefore) {
        known = learned
        isCurrent = true
      }
      return ok(learned)
    } finally {
      if (changes === changesBefore) asking = undefined
    }
  }

  return {
    async get() {
      if (known !== undefined && isCurrent) return ok(known)
      asking ??= ask()
      if (known === undefined) return asking
      const asked = await within(asking.catch(nothing), patienceMs)
      return asked?.ok === true ? asked : ok(known)
    },
  }
}

function toKnown({ handshake, lists }: ChildCatalogue): KnownCatalogue {
  const texts = new Map<string, string>()
  return {
    handshake,
    list(method, accessLevel) {
      const result = lists[method]
      if (result === undefined) return undefined
      const key = `${method} ${accessLevel}`
      const made = texts.get(key) ?? JSON.stringify(offerList({ method, result, accessLevel }))
      texts.set(key, made)
      return made
    },
  }
}

function nothing(): undefined {}
