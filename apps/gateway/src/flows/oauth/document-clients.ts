import { createBoundedMap } from '@fjmcp-broker/shared/bounded-map'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { GatewayDependencies } from '../../dependencies.ts'
import type { RecordEvent } from '../../domain/audit/audit-event.ts'
import { boundFreshness, checkClientDocument, describeDocumentRejection } from '../../domain/oauth/client/client-document.ts'
import { documentFailureMemoryMs, staleDocumentTtlMs } from '../../domain/oauth/lifetimes.ts'
import type { RateLimits } from '../../memory/rate-limits.ts'
import type { Client } from '../../store/client-store.ts'

export type DocumentClientRejection =
  /** Whatever came of the fetch: who asks must not learn what answers at an address. The log says it. */
  | { readonly reason: 'document_unavailable'; readonly host: string }
  /** The document names this client as its own, and breaks a rule. */
  | { readonly reason: 'document_invalid'; readonly host: string; readonly fault: string }

/** Who asks for a client. */
export interface Asker {
  readonly record: RecordEvent
  /** As far as it is known; it has so many documents fetched in a minute. */
  readonly address: string | undefined
}

export interface DocumentClients {
  /** Finds a client by the URL of its document; fetches once for all who ask at the same time. */
  find(url: string, asker: Asker): Promise<Result<Client, DocumentClientRejection>>
}

export type DocumentClientDependencies = Pick<GatewayDependencies, 'settings' | 'store' | 'fetchClientDocument' | 'clock' | 'log'> & {
  readonly limits: Pick<RateLimits, 'documentFetches' | 'allRegistrations'>
}

/** A client whose document is to be had, as far as it is known. */
interface Search {
  readonly url: string
  readonly known: Client | undefined
  readonly asker: Asker
}

/** Why no current document is there. */
interface Failure {
  readonly rejection: DocumentClientRejection
  /** Whether the host has spoken, so that what it said before counts no more. */
  readonly isFinal: boolean
}

interface RememberedFailure extends Failure {
  readonly failedAtMs: number
}

const rememberedFailures = 10_000

/**
 * Clients that are known by their metadata documents. While a document is current nobody is asked; while its host gives no answer the last
 * one serves for a week more. A URL that gave no document is left alone for a minute.
 *
 * @see docs/decisions/0010-client-documents.md
 */
export function createDocumentClients({
  settings,
  store,
  fetchClientDocument,
  clock,
  log,
  limits,
}: DocumentClientDependencies): DocumentClients {
  const rules = { privateSchemes: settings.redirectSchemes, ownOrigin: settings.publicUrl }
  const failures = createBoundedMap<RememberedFailure>(rememberedFailures)
  const underWay = new Map<string, Promise<Result<Client, Failure>>>()

  return {
    async find(url, asker) {
      const known = await store.clients.find(url)
      if (known !== undefined && expiryOf(known) > clock()) return ok(known)
      const renewed = await renewOnce({ url, known, asker })
      if (renewed.ok) return renewed
      const isServed = known !== undefined && !renewed.error.isFinal && expiryOf(known) + staleDocumentTtlMs > clock()
      if (!isServed) return err(renewed.error.rejection)
      log.info('stale_client_document_used', { clientId: url })
      return ok(known)
    },
  }

  async function renewOnce(search: Search): Promise<Result<Client, Failure>> {
    const { url } = search
    const failed = failures.get(url)
    if (failed !== undefined && failed.failedAtMs + documentFailureMemoryMs > clock()) return err(failed)
    const joined = underWay.get(url)
    if (joined !== undefined) return joined
    const renewing = renew(search).finally(() => underWay.delete(url))
    underWay.set(url, renewing)
    return renewing
  }

  async function renew({ url, known, asker }: Search): Promise<Result<Client, Failure>> {
    const { host } = new URL(url)
    if (limits.documentFetches.take(asker.address) > 0) return notNow(url, 'too many for this address')
    const fetched = await fetchClientDocument(url)
    const nowMs = clock()
    if (!fetched.ok) {
      const { reason, detail } = fetched.error
      if (reason === 'too_many_fetches') return notNow(url, detail)
      log.info('client_document_not_fetched', { clientId: url, reason, detail })
      return remember(url, { rejection: { reason: 'document_unavailable', host }, isFinal: reason === 'no_document', failedAtMs: nowMs })
    }
    const checked = checkClientDocument({ document: fetched.value.content, url, rules })
    if (!checked.ok) {
      const fault = describeDocumentRejection(checked.error)
      log.info('client_document_refused', { clientId: url, reason: checked.error.reason, detail: fault })
      const rejection: DocumentClientRejection =
        checked.error.reason === 'not_of_this_client'
          ? { reason: 'document_unavailable', host }
          : { reason: 'document_invalid', host, fault }
      return remember(url, { rejection, isFinal: true, failedAtMs: nowMs })
    }
    if (known === undefined && limits.allRegistrations.take('everybody') > 0) return notNow(url, 'too many new clients')
    const client: Client = {
      id: url,
      ...checked.value,
      secretHash: null,
      documentExpiresAtMs: nowMs + boundFreshness(fetched.value.freshForMs),
      createdAtMs: known?.createdAtMs ?? nowMs,
    }
    await store.clients.saveDocumentClient(client)
    failures.delete(url)
    log.info('client_document_fetched', { clientId: url, expiresAtMs: client.documentExpiresAtMs })
    if (known === undefined) {
      asker.record({ type: 'client_registered', clientId: url, clientName: client.name, details: { redirectUris: client.redirectUris } })
    }
    return ok(client)
  }

  /** Not remembered: it says nothing of the URL, and whoever asks next may have it fetched. */
  function notNow(url: string, detail: string): Result<never, Failure> {
    log.info('client_document_not_fetched', { clientId: url, reason: 'too_many_fetches', detail })
    return err({ rejection: { reason: 'document_unavailable', host: new URL(url).host }, isFinal: false })
  }

  async function remember(url: string, failure: RememberedFailure): Promise<Result<never, Failure>> {
    failures.set(url, failure)
    if (failure.isFinal) await store.clients.outdateDocument(url)
    return err(failure)
  }
}

function expiryOf({ documentExpiresAtMs }: Client): number {
  return documentExpiresAtMs ?? 0
}
