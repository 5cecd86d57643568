import type { Addresses } from './addresses.ts'
import { decodeOriginal } from './download-urls.ts'
import { createDepthMeter } from './string-depth.ts'

/** How deep in strings of JSON a download is still given back exactly: each level may double its length. */
const mostLevels = 4

/** Backslashes before a slash that an encoder escaped, as many as that many levels make of one. */
const mostSlashEscapes = 15

/**
 * Puts the URLs that users know back into a line of JSON that a child wrote: downloads exactly as Forgejo named them, and Forgejo's
 * URL for the injector's wherever else it stands. JSON within strings of JSON, as in the text of a tool's result, stays valid. What it
 * costs grows with the length of the line and no faster, whatever the line holds.
 */
export function restoreUrls(line: string, { forgejoUrl, injectorUrl }: Addresses): string {
  const folder = injectorUrl.slice(injectorUrl.lastIndexOf('/') + 1)
  let at = line.indexOf(folder)
  if (at === -1) return line
  const depthAt = createDepthMeter(line)
  const download = /\\{0,15}\/(?:dl|foreign)\\{0,15}\/([A-Za-z0-9_-]+)~/y
  let restored = ''
  let done = 0
  for (; at !== -1; at = line.indexOf(folder, at + folder.length)) {
    const start = findStart(line, { injectorUrl, folder, folderAt: at })
    if (start === undefined) continue
    let end = at + folder.length
    download.lastIndex = end
    const match = download.exec(line)
    const original = match === null ? undefined : decodeOriginal(match[1] ?? '')
    if (match !== null && original !== undefined) end += match[0].length
    restored += line.slice(done, start)
    restored += original === undefined ? forgejoUrl : escapeFor(original, () => depthAt({ start, end }))
    done = end
  }
  return restored + line.slice(done)
}

/** Where the injector's URL begins whose last folder stands here; `undefined` where that is not part of one. */
function findStart(
  line: string,
  { injectorUrl, folder, folderAt }: { readonly injectorUrl: string; readonly folder: string; readonly folderAt: number },
): number | undefined {
  let escapes = 0
  while (escapes < mostSlashEscapes && line[folderAt - 2 - escapes] === '\\') escapes += 1
  const parent = injectorUrl.slice(0, -folder.length).replaceAll('/', `${'\\'.repeat(escapes)}/`)
  return line.endsWith(parent, folderAt) ? folderAt - parent.length : undefined
}

function escapeFor(url: string, depth: () => number): string {
  if (JSON.stringify(url).length === url.length + 2) return url
  const levels = depth()
  if (levels > mostLevels) return percentEncode(url)
  let escaped = url
  for (let level = 0; level < levels; level += 1) escaped = JSON.stringify(escaped).slice(1, -1)
  return escaped
}

/** The same URL to whoever opens it, without anything that JSON escapes. */
function percentEncode(url: string): string {
  return url.replaceAll(/["\\\p{Cc}]/gu, encodeURIComponent)
}
