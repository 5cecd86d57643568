import type { AccessToken } from '../../store/token-store.ts'

/** A request whose sender is known. */
export interface Incoming {
  readonly request: Request
  readonly token: AccessToken
}
