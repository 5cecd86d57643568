/** A start tag, an end tag or the text between tags. */
export type HtmlToken =
  | { readonly kind: 'start'; readonly name: string; readonly attributes: ReadonlyMap<string, string> }
  | { readonly kind: 'end'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string }

/** Cuts well-formed HTML into tokens: enough to find forms and links in pages that a server made, not a parser for tag soup. */
export function readHtml(html: string): readonly HtmlToken[] {
  const tokens: HtmlToken[] = []
  const pattern = /<!--[\s\S]*?-->|<![^>]*>|<(\/?)([a-zA-Z][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/g
  let at = 0
  for (let match = pattern.exec(html); match !== null; match = pattern.exec(html)) {
    if (match.index > at) tokens.push({ kind: 'text', text: decodeEntities(html.slice(at, match.index)) })
    at = pattern.lastIndex
    const name = match[2]?.toLowerCase()
    if (name === undefined) continue
    if (match[1] === '/') {
      tokens.push({ kind: 'end', name })
      continue
    }
    tokens.push({ kind: 'start', name, attributes: readAttributes(match[3] ?? '') })
    const rawEnd = rawTextEnd({ html, name, from: at })
    if (rawEnd === undefined) continue
    const raw = html.slice(at, rawEnd)
    if (name === 'textarea' || name === 'title') tokens.push({ kind: 'text', text: decodeEntities(raw) })
    at = rawEnd
    pattern.lastIndex = rawEnd
  }
  if (at < html.length) tokens.push({ kind: 'text', text: decodeEntities(html.slice(at)) })
  return tokens
}

/** What stands in these elements is text, whatever it looks like. */
function rawTextEnd({ html, name, from }: { readonly html: string; readonly name: string; readonly from: number }): number | undefined {
  if (!['script', 'style', 'textarea', 'title'].includes(name)) return undefined
  const end = html.toLowerCase().indexOf(`</${name}`, from)
  return end === -1 ? html.length : end
}

function readAttributes(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>()
  for (const match of text.matchAll(/([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)) {
    const name = match[1]?.toLowerCase() ?? ''
    if (!attributes.has(name)) attributes.set(name, decodeEntities(match[2] ?? match[3] ?? match[4] ?? ''))
  }
  return attributes
}

const namedEntities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', '\u00a0'],
])

function decodeEntities(text: string): string {
  return text.replace(/&(#x[0-9a-f]+|#\d+|[a-z]+);/gi, (whole, reference: string) => {
    const name = reference.toLowerCase()
    if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16))
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)))
    return namedEntities.get(name) ?? whole
  })
}
