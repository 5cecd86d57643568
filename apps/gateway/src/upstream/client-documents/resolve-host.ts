import { Resolver } from 'node:dns/promises'

/** Finds all addresses of a DNS name. Rejects when it has none, nobody answers, or the signal is aborted. */
export type ResolveHost = (hostname: string, signal: AbortSignal) => Promise<readonly string[]>

/**
 * Asks the machine's DNS servers. Neither its file of hosts nor its search domains count, which hold names of the own network; and no
 * thread is held up by a server that is silent, as the system's own lookup would be.
 *
 * @param servers Instead of the machine's own ones, each an address with or without a port.
 */
export function createResolveHost(servers?: readonly string[]): ResolveHost {
  return async (hostname, signal) => {
    signal.throwIfAborted()
    const resolver = new Resolver({ timeout: 2_000, tries: 2 })
    if (servers !== undefined) resolver.setServers(servers)
    signal.addEventListener('abort', () => resolver.cancel(), { once: true })
    const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
    const addresses = [four, six].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    if (addresses.length === 0 && four.status === 'rejected') throw four.reason
    return addresses
  }
}
