import { networkInterfaces } from 'node:os'

/** The addresses of this machine's, or this container's, own interfaces. */
export function listOwnAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address))
}
