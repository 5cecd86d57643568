import type { Fetch } from '@fjmcp-broker/shared/fetch'

/** Makes several applications one network: each request goes to the application of its origin; throws for an origin that has none. */
export function routeByOrigin(applications: Readonly<Record<string, Fetch>>): Fetch {
  return (request, peer) => {
    const { origin } = new URL(request.url)
    const fetch = applications[origin]
    if (fetch === undefined) throw new Error(`There is no server at ${origin}`)
    return fetch(request, peer)
  }
}
