import { createSealer, type Sealer } from '../sealing.ts'

/** Which Forgejo, which application there and which secret a broker is set up with. */
export interface BrokerIdentity {
  /** The Forgejo whose users these are, as the operator set it. */
  readonly forgejoOrigin: string
  /** The client id of the OAuth2 application there. */
  readonly oauthClientId: string
  readonly sealer: Sealer
}

/**
 * Tells from the settings whose database a broker uses.
 *
 * @param previousClientSecret The secret before this one, while tokens may be sealed with it.
 */
export async function createBrokerIdentity({
  forgejoUrl,
  clientId,
  clientSecret,
  previousClientSecret,
}: {
  readonly forgejoUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly previousClientSecret: string | undefined
}): Promise<BrokerIdentity> {
  const previous = previousClientSecret === undefined ? [] : [previousClientSecret]
  return { forgejoOrigin: forgejoUrl, oauthClientId: clientId, sealer: await createSealer([clientSecret, ...previous]) }
}
