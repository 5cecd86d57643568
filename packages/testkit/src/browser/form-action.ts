/**
 * Whether a page's Content-Security-Policy lets a form end up at this address. Chromium asks this of every redirect after the
 * submission too, so a page that leads through a login to a client must not limit it.
 *
 * @see CSP Level 3 §6.4.1 (form-action)
 */
export function allowsFormAction(policy: string | null, page: string, target: URL): boolean {
  const directive = (policy ?? '')
    .split(/[;,]/)
    .map((text) => text.trim().split(/\s+/))
    .find(([name]) => name?.toLowerCase() === 'form-action')
  return directive === undefined || directive.slice(1).some((source) => matchesSource(source, page, target))
}

function matchesSource(source: string, page: string, target: URL): boolean {
  const lower = source.toLowerCase()
  if (lower === "'none'") return false
  if (lower === "'self'") return new URL(page).origin === target.origin
  if (lower === '*') return /^https?:$/.test(target.protocol)
  if (/^[a-z][a-z0-9+.-]*:$/.test(lower)) return target.protocol === lower
  const url = URL.parse(lower.includes('://') ? lower : `${new URL(page).protocol}//${lower}`)
  return url !== null && url.origin === target.origin && target.pathname.startsWith(url.pathname)
}
