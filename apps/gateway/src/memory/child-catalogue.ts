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

/** @param patienceMs How long what is known is held back while it is asked for anew: once for all who want it, and not while that fails. */
export function createChildCatalogueMemory(
  { runner }: { readonly runner: Pick<Runner, 'catalogue' | 'onCatalogueChanged'> },
  patienceMs = standardPatienceMs,
): ChildCatalogueMemory {
  let known: KnownCatalogue | undefined
  let isCurrent = false
  let changes = 0
  let asking: Asking | undefined
  let lastFailure: Failure | undefined

  runner.onCatalogueChanged(() => {
    changes += 1
    isCurrent = false
    // What is asked now may have been said of the version before, and so may what failed.
    asking = undefined
    lastFailure = undefined
  })

  async function ask(): Promise<Answer> {
    const changesBefore = changes
    const settle = (failure: Failure | undefined) => {
      if (changes !== changesBefore) return
      asking = undefined
      lastFailure = failure
    }
    try {
      const said = await runner.catalogue()
      settle(said.ok ? undefined : said)
      if (!said.ok) return said
      const learned = toKnown(said.value)
      if (changes === changesBefore) {
        known = learned
        isCurrent = true
      }
      return ok(learned)
    } catch (error) {
      settle(undefined)
      throw error
    }
  }

  function begin(): Asking {
    const answer = ask()
    const isFailing = known !== undefined && lastFailure !== undefined
    return { answer, inTime: within(answer.catch(nothing), isFailing ? 0 : patienceMs) }
  }

  return {
    async get() {
      if (known !== undefined && isCurrent) return ok(known)
      asking ??= begin()
      const { answer, inTime } = asking
      const meanwhile = known === undefined ? lastFailure : ok(known)
      if (meanwhile === undefined) return answer
      const asked = await inTime
      return asked === undefined || (!asked.ok && meanwhile.ok) ? meanwhile : asked
    },
  }
}

type Answer = Result<KnownCatalogue, ChildFailure>
type Failure = Extract<Answer, { ok: false }>

/** One question to the runner. */
interface Asking {
  readonly answer: Promise<Answer>
  /** The same, or undefined where it did not come in time. */
  readonly inTime: Promise<Answer | undefined>
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
