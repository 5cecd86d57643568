import { limitKey, networkLimitKey } from '../domain/limits/limit-key.ts'
import type { RateLimit } from './rate-limit.ts'

/** A limit by the client's address, of whatever form; undefined is one that is not known. */
export interface AddressLimit {
  /** Takes one from what the address has left; returns the whole seconds to wait, 0 where there was one to take. */
  take(address: string | undefined): number
}

/**
 * Counts an address by itself, and one of IPv6 in the large network around it too: what is left in both has to suffice, and nothing is taken
 * from either where it does not.
 */
export function createAddressLimit({ own, ofNetwork }: { readonly own: RateLimit; readonly ofNetwork: RateLimit }): AddressLimit {
  return {
    take(address) {
      const network = networkLimitKey(address)
      const seconds = network === undefined ? 0 : ofNetwork.secondsToWait(network)
      if (seconds > 0) return seconds
      const ownSeconds = own.take(limitKey(address))
      if (ownSeconds === 0 && network !== undefined) ofNetwork.charge(network, 1)
      return ownSeconds
    },
  }
}
