import type { BodyAccount } from '../../memory/body-budget.ts'
import type { AccessToken } from '../../store/token-store.ts'

/** A request whose sender is known. */
export interface Incoming {
  readonly request: Request
  readonly token: AccessToken
  /** What the answer takes until its client has read it. */
  readonly account: BodyAccount
  /** Whether the access that the token stood for has not ended since. */
  readonly isAllowed: () => boolean
}
