import type { Peer } from '@fjmcp-broker/shared/fetch'

/** What a request brings along besides itself: whom the socket says it comes from. */
export interface GatewayEnv {
  readonly Bindings: { readonly peer?: Peer | undefined }
}
