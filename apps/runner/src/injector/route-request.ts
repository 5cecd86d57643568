import { type AccessLevel, coversLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { hasTraversal, locate } from './addresses.ts'
import { decodeOriginal } from './download-urls.ts'

export type Route =
  | { readonly kind: 'version' }
  /** `path` is what Forgejo is asked for: its prefix, the path and the query. */
  | { readonly kind: 'api' | 'download'; readonly path: string }

/** Why a request goes no further: the status and what the child is told. */
export interface Refusal {
  readonly status: 400 | 403 | 404 | 405
  readonly message: string
}

export interface ChildRequest {
  readonly method: string
  /** The request target as it stood in the request line. */
  readonly target: string
  readonly accessLevel: AccessLevel
}

/** The paths below which children reach the injector and the injector reaches Forgejo. */
export interface RouteBounds {
  /** The path prefix of the injector's URL, without a trailing slash. */
  readonly injectorPath: string
  readonly forgejoUrl: string
  /** The path in it, without a trailing slash: empty where Forgejo lives at the root. */
  readonly forgejoPath: string
}

const readMethods = new Set(['GET', 'HEAD'])
const changeMethods = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
/** Parameters by which Forgejo takes another identity than the token's. */
const identityParameters = new Set(['token', 'access_token', 'sudo'])

/**
 * Decides what a request of a child asks for and whether its session may. Nothing is normalised: a path is passed on as it came, or not
 * at all. The levels need no exception: all 67 tools that read do so by GET, and none of the level `write` sends a DELETE.
 */
export function routeRequest({ method, target, accessLevel }: ChildRequest, bounds: RouteBounds): Result<Route, Refusal> {
  const [path, query] = splitQuery(target)
  if (!isPlainPath(path)) return refuse(400, 'The path of this request is not accepted.')
  const below = path.startsWith(`${bounds.injectorPath}/`) ? path.slice(bounds.injectorPath.length) : ''
  if (/^\/(?:dl|foreign)\//.test(below)) return routeDownload({ method, below, forgejoUrl: bounds.forgejoUrl })
  if (!below.startsWith('/api/v1/')) return refuse(404, 'Only the API of Forgejo is served here.')
  const isRead = readMethods.has(method)
  if (!isRead && !changeMethods.has(method)) return refuse(405, `The method ${method} is not accepted.`)
  if (!isRead && !coversLevel(accessLevel, 'write')) {
    return refuse(403, 'This session may only read: the access level "write" or "full" was not granted.')
  }
  if (method === 'DELETE' && !coversLevel(accessLevel, 'full')) {
    return refuse(403, 'This session may not delete: the access level "full" was not granted.')
  }
  if (below === '/api/v1/version' && isRead) return ok({ kind: 'version' })
  if (namesIdentity(query)) return refuse(403, `The parameters ${[...identityParameters].join(', ')} are not accepted.`)
  return ok({ kind: 'api', path: bounds.forgejoPath + below + (query === '' ? '' : `?${query}`) })
}

function routeDownload({
  method,
  below,
  forgejoUrl,
}: {
  readonly method: string
  readonly below: string
  readonly forgejoUrl: string
}): Result<Route, Refusal> {
  if (!readMethods.has(method)) return refuse(405, 'Downloads are only read.')
  const original = decodeOriginal(/^\/[a-z]+\/([A-Za-z0-9_-]+)~$/.exec(below)?.[1] ?? '')
  if (original === undefined || original === '') return refuse(404, 'This is not the address of a download.')
  const target = locate(original, forgejoUrl)
  switch (target.kind) {
    case 'own':
      return ok({ kind: 'download', path: target.path })
    case 'api':
      return refuse(403, 'This download leads to the API of Forgejo, which is not fetched as a file.')
    case 'foreign':
      return refuse(403, `This file is not kept by Forgejo but at ${target.host}. It is not fetched from there: open its address yourself.`)
  }
}

function splitQuery(target: string): readonly [string, string] {
  const at = target.indexOf('?')
  return at === -1 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)]
}

/** An origin-form path of printable ASCII with whole escapes, that means what it says. @see RFC 9112 §3.2.1 */
function isPlainPath(path: string): boolean {
  return /^\/(?:[!$&-;=@-Z_a-z~]|%[0-9a-fA-F]{2})*$/.test(path) && !/%00/.test(path) && !hasTraversal(path)
}

function namesIdentity(query: string): boolean {
  if (query === '') return false
  const parameters = new URLSearchParams(query)
  return [...parameters.keys()].some((name) => identityParameters.has(name.toLowerCase()))
}

function refuse(status: Refusal['status'], message: string): Result<Route, Refusal> {
  return err({ status, message })
}
