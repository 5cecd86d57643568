import type { Addresses } from './addresses.ts'
import { decodeOriginal } from './download-urls.ts'

/**
 * Puts the URLs that users know back into a line of JSON that a child wrote: downloads exactly as Forgejo named them, and Forgejo's
 * URL for the injector's wherever else it stands. JSON within strings of JSON, as in the text of a tool's result, stays valid.
 */
export function restoreUrls(line: string, { forgejoUrl, injectorUrl }: Addresses): string {
  let at = line.indexOf(injectorUrl)
  if (at === -1) return line
  const download = /\/(?:dl|foreign)\/([A-Za-z0-9_-]+)~/y
  let restored = ''
  let done = 0
  for (; at !== -1; at = line.indexOf(injectorUrl, done)) {
    restored += line.slice(done, at)
    done = at + injectorUrl.length
    download.lastIndex = done
    const match = download.exec(line)
    const original = match === null ? undefined : decodeOriginal(match[1] ?? '')
    if (match !== null && original !== undefined) done += match[0].length
    restored += original === undefined ? forgejoUrl : escapeFor(original, () => stringDepth({ line, start: at, end: done }))
  }
  return restored + line.slice(done)
}

function escapeFor(url: string, depth: () => number): string {
  if (JSON.stringify(url).length === url.length + 2) return url
  let escaped = url
  for (let times = depth(); times > 0; times -= 1) escaped = JSON.stringify(escaped).slice(1, -1)
  return escaped
}

/**
 * How many strings of JSON, each within the last, hold this place. Any quote inside a string is escaped more deeply than the quotes
 * that bound it, so the shallower of the two nearest is never too shallow.
 */
function stringDepth({ line, start, end }: { readonly line: string; readonly start: number; readonly end: number }): number {
  return Math.min(quoteDepth(line, line.lastIndexOf('"', start)), quoteDepth(line, line.indexOf('"', end)))
}

/** Each level of nesting turns n backslashes before a quote into 2n + 1, whatever backslashes of the content stand before them. */
function quoteDepth(line: string, quoteAt: number): number {
  let start = quoteAt
  while (line[start - 1] === '\\') start -= 1
  let backslashes = quoteAt - start
  let depth = 1
  for (; backslashes % 2 === 1; backslashes = (backslashes - 1) / 2) depth += 1
  return depth
}
