import type { Context } from 'hono'
import type { AuthorizeRejection } from '../domain/oauth/authorize/authorize-request.ts'
import { authorizeError, authorizeResponseUrl } from '../domain/oauth/authorize/authorize-response.ts'
import { describeRedirectUri, isLoopbackRedirectUri } from '../domain/oauth/client/redirect-uri.ts'
import type { GatewayEnv } from '../hono-env.ts'
import { answerPage } from '../middleware/answer-error.ts'

interface RejectedRequest {
  /** One that was proven to be the client's. */
  readonly redirectUri: string
  readonly clientState: string | null
  readonly issuer: string
  readonly rejection: AuthorizeRejection
}

/**
 * Answers an authorization request that a known client got wrong: to a client that waits on loopback by a redirect, to any other by a
 * page with a link back. Anybody may register a client, so that redirects before a person has agreed to anything would lead from our
 * address to everywhere.
 *
 * @see RFC 6749 §4.1.2.1, RFC 9700 §4.11.2
 */
export async function answerRejectedRequest(
  c: Context<GatewayEnv>,
  { redirectUri, clientState, issuer, rejection }: RejectedRequest,
): Promise<Response> {
  const outcome = authorizeError(rejection)
  const href = authorizeResponseUrl({ redirectUri, clientState, issuer, outcome })
  if (isLoopbackRedirectUri(redirectUri)) return c.redirect(href, 303)
  return answerPage(c, {
    status: 400,
    page: {
      title: 'This sign-in cannot begin',
      message: `The application asked for it in a wrong way: ${outcome.description} (${outcome.error}).`,
      advice: 'If you did not start this sign-in yourself, close the page. Otherwise go back, so that the application learns of it.',
      link: { href, text: `Back to ${describeRedirectUri(redirectUri)}` },
    },
  })
}
