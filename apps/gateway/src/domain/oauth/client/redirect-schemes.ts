/**
 * Whether an operator may allow this scheme for redirect URIs: the name of a private-use one, and none that a browser opens itself or that
 * leads to a web site.
 */
export function isPrivateUseScheme(name: string): boolean {
  return /^[a-z][a-z0-9+.-]*$/.test(name) && !taken.has(name)
}

const taken: ReadonlySet<string> = new Set([
  'http',
  'https',
  'javascript',
  'data',
  'file',
  'blob',
  'about',
  'ws',
  'wss',
  'ftp',
  'mailto',
  'vbscript',
  'view-source',
])
