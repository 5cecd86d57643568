import type { AccessToken } from '../../store/token-store.ts'

/** A request whose sender is known. */
export interface Incoming {
  readonly request: Request
  readonly token: AccessToken
  /** Whether the access that the token stood for has not ended since. */
  readonly isAllowed: () => boolean
}
