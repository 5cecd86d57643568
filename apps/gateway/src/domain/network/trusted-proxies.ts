import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { type IpAddress, type IpNetwork, isInNetwork, parseIpAddress, parseIpNetwork } from './ip-address.ts'

/** Whose word about the address of a client is taken. */
export interface TrustedProxies {
  readonly words: ReadonlySet<TrustedWord>
  readonly networks: readonly IpNetwork[]
}

const trustedWords = ['loopback', 'private', 'own'] as const

type TrustedWord = (typeof trustedWords)[number]

/** Parses words and networks separated by spaces, or `none` alone; the failure is what is neither. */
export function parseTrustedProxies(text: string): Result<TrustedProxies, { readonly unknown: readonly string[] }> {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '')
  if (parts.length === 1 && parts[0] === 'none') return ok({ words: new Set(), networks: [] })
  const networks = new Map(parts.filter((part) => !isTrustedWord(part)).map((part) => [part, parseIpNetwork(part)]))
  const unknown = [...networks.keys()].filter((part) => networks.get(part) === undefined)
  if (parts.length === 0 || unknown.length > 0) return err({ unknown })
  return ok({
    words: new Set(parts.filter((part) => isTrustedWord(part))),
    networks: [...networks.values()].filter((network) => network !== undefined),
  })
}

/**
 * Makes the test of who is trusted.
 *
 * @param ownAddresses This machine's own, which `own` stands for: where a container's port is published, connections may come from these.
 */
export function createTrust({ words, networks }: TrustedProxies, ownAddresses: readonly string[]): (address: IpAddress) => boolean {
  const own = words.has('own') ? new Set(ownAddresses.map((text) => parseIpAddress(text)?.toString())) : new Set<string>()
  return (address) => {
    const word = wordsOfRanges.get(address.range())
    if (word !== undefined && words.has(word)) return true
    return own.has(address.toString()) || networks.some((network) => isInNetwork(address, network))
  }
}

const wordsOfRanges: ReadonlyMap<string, TrustedWord> = new Map([
  ['loopback', 'loopback'],
  ['private', 'private'],
  ['uniqueLocal', 'private'],
  ['linkLocal', 'private'],
])

function isTrustedWord(text: string): text is TrustedWord {
  return trustedWords.some((word) => word === text)
}
