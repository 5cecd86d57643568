import { createBoundedMap } from '@fjmcp-broker/shared/bounded-map'
import type { RecordEvent } from '../../domain/audit/audit-event.ts'
import { limitKey } from '../../domain/limits/limit-key.ts'
import type { RefreshToken } from '../../store/token-store.ts'

/** A refresh token that was answered again, within the grace. */
export interface Repeat {
  readonly token: Pick<RefreshToken, 'hash' | 'familyId' | 'userId' | 'clientId' | 'grantId'>
  readonly address: string | undefined
  /** Where the first answer went; undefined where that is not known. */
  readonly firstAddress: string | undefined
}

/**
 * Records it, once for each token and address, and for so many addresses of a token: neither processes that share a token nor a thief who is
 * quick fill the audit log.
 */
export type RecordRepeat = (repeat: Repeat, record: RecordEvent) => void

const mostAddresses = 8

/** @param limit Tokens that are remembered: beyond it the one that came longest ago is recorded anew. */
export function createRepeatRecording(limit = 10_000): RecordRepeat {
  const recorded = createBoundedMap<Set<string>>(limit)

  return ({ token: { hash, familyId, userId, clientId, grantId }, address, firstAddress }, record) => {
    const place = limitKey(address)
    const places = recorded.get(hash) ?? new Set()
    if (places.has(place) || places.size === mostAddresses) return
    recorded.set(hash, places.add(place))
    const otherAddress = address !== undefined && firstAddress !== undefined && place !== limitKey(firstAddress)
    record({ type: 'tokens_refreshed', userId, clientId, grantId, details: { familyId, repeated: true, otherAddress } })
  }
}
