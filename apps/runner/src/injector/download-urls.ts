import { type Addresses, locate } from './addresses.ts'

const alphabet = 'base64url'

/**
 * The injector's URL that stands for a download: below `dl` when it is Forgejo's own, below `foreign`, where it is refused, otherwise.
 * Only characters that no encoder escapes; the `~` at the end keeps the text that follows apart.
 */
export function toInjectedUrl(original: string, { forgejoUrl, injectorUrl }: Addresses): string {
  const folder = locate(original, forgejoUrl).kind === 'foreign' ? 'foreign' : 'dl'
  return `${injectorUrl}/${folder}/${new TextEncoder().encode(original).toBase64({ alphabet, omitPadding: true })}~`
}

/** The URL within an injected one; `undefined` where it is not one that the injector made. */
export function decodeOriginal(encoded: string): string | undefined {
  try {
    const bytes = Uint8Array.fromBase64(encoded, { alphabet })
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
