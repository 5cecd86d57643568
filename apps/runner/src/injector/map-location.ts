import { type Addresses, locate } from './addresses.ts'
import { toInjectedUrl } from './download-urls.ts'

export type MappedLocation =
  | { readonly kind: 'mapped'; readonly url: string }
  /** Forgejo's sign-in page, which it shows in place of what it does not give to the one who asks. */
  | { readonly kind: 'sign_in' }
  | { readonly kind: 'foreign'; readonly host: string }

/**
 * Turns a `Location` of Forgejo's into one that leads a child back to the injector, where it is checked like any other request.
 *
 * @param path What was asked for, against which a relative location is read.
 */
export function mapLocation({
  location,
  path,
  addresses,
}: {
  readonly location: string
  readonly path: string
  readonly addresses: Addresses
}): MappedLocation {
  const base = new URL(addresses.forgejoUrl).origin + path
  const target = locate(location, addresses.forgejoUrl, base)
  switch (target.kind) {
    case 'api':
      return { kind: 'mapped', url: addresses.injectorUrl + target.apiPath }
    case 'own':
      if (/\/user\/login(?:\?|$)/.test(target.path)) return { kind: 'sign_in' }
      return { kind: 'mapped', url: toInjectedUrl(new URL(location, base).href, addresses) }
    case 'foreign':
      return target
  }
}
